/** An event that waits: its messageId and the event as JSON. */
export interface Row {
  id: string
  json: string
}

/** Where events are kept while they wait, so that a process that ends loses none. */
export interface Spool {
  /** those that an earlier process has left, oldest first */
  load(): Promise<Row[]>
  /** Keeps rows. Durable when it resolves. @throws Error when they could not be kept */
  add(rows: readonly Row[]): Promise<void>
  /** Lets go of rows that are stored, or refused for good. */
  remove(ids: readonly string[]): Promise<void>
}
