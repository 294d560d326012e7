/** One thing that is wrong: where, as a JSON path, and how to mend it. */
export interface Fault {
  path: string
  message: string
}
