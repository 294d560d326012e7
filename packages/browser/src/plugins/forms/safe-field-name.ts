/** Types whose use is nobody's business, or that no visitor uses. */
const secretTypes = ['password', 'hidden', 'file']

/** What a page calls a field, in any order, as `checkout[address.street]`: no digits, no @, nothing that a visitor could have typed in. */
const plainName = /^[a-z][a-z_.:[\]-]{0,39}$/i

/**
 * A field's name, when it tells what the field is for and nothing of the visitor. Pure. Names with digits or signs are left out, since a
 * page may build them from data; so are those of passwords, payment cards and one-time codes.
 */
export const safeFieldName = (name: string | null, type: string, autocomplete: string | null): string | undefined =>
  name &&
  plainName.test(name) &&
  !secretTypes.includes(type) &&
  !/\bcc-|password|one-time-code/.test(autocomplete ?? '')
    ? name
    : undefined
