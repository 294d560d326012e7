import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'

/** What an import is of, and where it goes: another one does not go on with its progress. */
export interface ImportIdentity {
  /** bytes and epoch ms of the last change; of standard input neither */
  input: { bytes: number; changedAt: number } | null
  /** the mapping's text, as a hash; null for events as they are */
  mapping: string | null
  collector: string
}

/** How far an import is. Written whole, so that a kill finds the one before or the one after. */
export interface Progress extends ImportIdentity {
  /** of this file and of how batches are made: another version begins again */
  version: 1
  /** rows are sorted first, and sent when all of them are; `done` stays, so that a second start knows */
  phase: 'sending' | 'done'
  rows: number
  parts: number
  /** the file that is being sent, from 0, and how many of its batches were answered, all before it too */
  part: number
  batches: number
  /** what became of the rows that were answered for, and of those that were refused before any was sent */
  accepted: number
  duplicate: number
  quarantined: number
  rejected: number
  /** how long the file of rejected rows is that these counts know of */
  rejectedBytes: number
  /** of all starts together */
  seconds: number
}

const fileOf = (folder: string): string => join(folder, 'progress.json')

/** @returns undefined when nothing was begun, or not so far that anything was sent */
export const readProgress = (folder: string): Progress | undefined => {
  let text: string
  try {
    text = readFileSync(fileOf(folder), 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  const progress = JSON.parse(text) as Progress
  if (progress.version !== 1)
    throw new Error(
      `${fileOf(folder)} is of another version of spartito: begin again with --restart, copies count once`,
    )
  return progress
}

/** Keeps the progress; it is on the disk when this returns. */
export const writeProgress = (folder: string, progress: Progress): void => {
  const next = `${fileOf(folder)}.next`
  const handle = openSync(next, 'w')
  writeSync(handle, `${JSON.stringify(progress)}\n`)
  fsyncSync(handle)
  closeSync(handle)
  renameSync(next, fileOf(folder))
}

/** What differs between an import that was begun and the one that is asked for; undefined when it is the same. */
export const differenceOf = (begun: ImportIdentity, asked: ImportIdentity): string | undefined => {
  if (JSON.stringify(begun.input) !== JSON.stringify(asked.input)) return 'the file has changed'
  if (begun.mapping !== asked.mapping) return 'the mapping has changed'
  return begun.collector === asked.collector ? undefined : `it went to ${begun.collector}`
}
