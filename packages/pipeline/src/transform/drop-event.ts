import type { Apply } from './apply.ts'

/** Takes the event out: it is answered and counted as `filtered`. */
export const compileDropEvent = (): Apply => () => 'dropped'
