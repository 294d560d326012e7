import type { Properties } from '@spartito/sdk'
import { bareUrl } from './capture/bare-url.ts'
import { listen } from './capture/listen.ts'
import { quiet } from './capture/quiet.ts'
import { safeFieldName } from './forms/safe-field-name.ts'
import type { Plugin } from './plugin.ts'

const maxLength = 100

/** An attribute as it is written: `form.id` is a field where the form has one of that name, and so is `form.getAttribute`. */
const attribute = (element: Element, name: string): string | null => Element.prototype.getAttribute.call(element, name)

const describe = (form: HTMLFormElement): Properties => ({
  id: attribute(form, 'id')?.slice(0, maxLength),
  name: attribute(form, 'name')?.slice(0, maxLength),
  action: bareUrl(new URL(attribute(form, 'action') ?? '', document.baseURI)),
})

/**
 * Tracks `Form Started` when a field is first changed, and `Form Submitted`: which form it is and where it goes, and the field that was
 * used last when its name is safe to tell. No value is read. The setting `formFields="false"` leaves fields out.
 */
const forms: Plugin = quiet((client, { formFields } = {}) => {
  /** forms that were started, shadow roots that are listened to, and events that were told */
  const known = new WeakSet<object>()
  const fields = new WeakMap<HTMLFormElement, string | undefined>()

  const isNew = (thing: object): boolean => !known.has(thing) && !!known.add(thing)

  const tell = (event: string, form: HTMLFormElement): void =>
    client.track(event, { ...describe(form), field: fields.get(form) })

  const submit = (event: Event): void => {
    const form = event.composedPath()[0]
    if (!(form instanceof HTMLFormElement && isNew(event))) return
    tell('Form Submitted', form)
    known.delete(form)
  }

  listen('submit', submit)
  listen('focusin click input change', (event) => {
    const [target, ...path] = event.composedPath()
    // no submit leaves its shadow root, but what comes before it does
    for (const root of path) if (root instanceof ShadowRoot && isNew(root)) listen('submit', submit, root)
    if (!/^(input|change)$/.test(event.type)) return
    const { form: owner, type } = target as HTMLInputElement
    const form = [owner, ...path].find((element) => element instanceof HTMLFormElement)
    if (!form) return
    const field = target as Element
    if (formFields !== 'false')
      fields.set(form, safeFieldName(attribute(field, 'name'), type, attribute(field, 'autocomplete')))
    if (isNew(form)) tell('Form Started', form)
  })
})

export default forms
