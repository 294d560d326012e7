/**
 * An address without its query, fragment and user name, which may hold secrets. Undefined for what is no web address, such as `data:`,
 * which holds the data itself.
 */
export const bareUrl = ({ protocol, origin, pathname }: URL): string | undefined =>
  /^https?:/.test(protocol) ? origin + pathname : undefined
