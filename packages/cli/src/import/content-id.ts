import { hash } from 'node:crypto'
import type { WireEvent } from './build-event.ts'

/** 128 bits: two rows of a billion that share one by chance are less likely than a fault of the disk. */
const idLength = 22

/**
 * What a row that names no messageId is known by: what it says, and what it was made to mean. The same row of a file that is
 * imported again, or of one that begins as another ended, has the same.
 */
export const contentId = (raw: string, { type, event, name }: WireEvent): string =>
  hash('sha256', `${type}\n${event ?? name ?? ''}\n${raw}`, 'base64url').slice(0, idLength)
