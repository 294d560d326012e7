/** What the objects of one class did. */
export interface ObjectCounts {
  /** calls from outside and alarms: each is a request on the bill */
  requests: number
  alarmRuns: number
  rowsWritten: number
  rowsRead: number
  alarmsSet: number
  /** UTF-16 units of the texts that it stored, or looked for: mostly the state */
  textStored: number
  /** wall time in which a call was under way, in ms */
  activeMs: number
}

export const newObjectCounts = (): ObjectCounts => ({
  requests: 0,
  alarmRuns: 0,
  rowsWritten: 0,
  rowsRead: 0,
  alarmsSet: 0,
  textStored: 0,
  activeMs: 0,
})

/** What a Worker and its objects did, as the bill counts it (PLATFORM, section 4). */
export interface Counts {
  /** of HTTP, or batches that a consumer took */
  requests: number
  objects: Record<string, ObjectCounts>
  messages: Record<string, { messages: number; chunksOf64Kb: number }>
  kvReads: number
  kvWrites: number
  r2Puts: number
  r2Lists: number
  /** whole objects, parts of them, and what is said of them */
  r2Gets: number
  /** that a consumer took */
  messagesTaken: number
}

export const newCounts = (): Counts => ({
  requests: 0,
  objects: {},
  messages: {},
  kvReads: 0,
  kvWrites: 0,
  r2Puts: 0,
  r2Lists: 0,
  r2Gets: 0,
  messagesTaken: 0,
})
