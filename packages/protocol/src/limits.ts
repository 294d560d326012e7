/** The limits of SPEC WI3. Bytes are UTF-8 bytes, KB are 1,024 bytes. */
export const limits = {
  /** a request's body after decompression */
  bodyBytes: 500 * 1024,
  /** one event as JSON */
  eventBytes: 32 * 1024,
  /** events in one request */
  events: 2_500,
  /** nesting of one event; its own object is level 1 */
  depth: 16,
  /** an event's or a property's name, in UTF-16 code units */
  nameLength: 200,
  /** an identifier's value, in UTF-16 code units (ID1) */
  identifierLength: 255,
  /** a messageId, in UTF-16 code units */
  messageIdLength: 255,
  /** distinct visitors in one request of a browser source */
  visitorsBrowser: 200,
  /** distinct visitors in one request of a server source, or of an import */
  visitorsServer: 1_000,
} as const
