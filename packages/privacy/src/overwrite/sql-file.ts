/** The part of a Durable Object's storage that is used here. */
export interface SqlFile {
  sql: {
    exec(query: string, ...values: (string | number)[]): Iterable<Record<string, unknown>>
    /** bytes of the pages in use */
    readonly databaseSize: number
  }
  kv: { list(): Iterable<[string, unknown]>; put(key: string, value: unknown): void; delete(key: string): unknown }
  transactionSync<T>(work: () => T): T
  /** resolves when all is stored */
  sync(): Promise<void>
}
