/** One answer of the scripted endpoint; 200 when nothing is said. */
export interface Answer {
  status?: number
  /** as it is sent; of a number, so many ms after the request as a date */
  retryAfter?: string | number
  location?: string
  body?: string
  how?: 'hang' | 'reset' | 'reset in the body'
}

/** A request that arrived. */
export interface Asked {
  id: string
  method: string
  /** behind the name of its script */
  path: string
  authorization: string
  body: string
}
