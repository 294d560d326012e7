import type { Progress } from './sync-lake.ts'

const megabytes = (bytes: number): string => (bytes / 1_000_000).toFixed(1)

const line = ({ files, ofFiles, bytes }: Progress): string =>
  `read ${files} of ${ofFiles} files of the lake, ${megabytes(bytes)} MB`

/** Tells on standard error how the reading of files goes: on one line of a terminal, else when it is done. Nothing when there was nothing to read. */
export const syncProgress = () => {
  let last: Progress | undefined
  return {
    tell(progress: Progress): void {
      last = progress
      if (process.stderr.isTTY) process.stderr.write(`\r${line(progress)}`)
    },
    end(): void {
      if (last) process.stderr.write(`${process.stderr.isTTY ? '\r' : ''}${line(last)}\n`)
    },
  }
}
