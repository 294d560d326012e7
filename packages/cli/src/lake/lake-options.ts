import { type Command, InvalidArgumentError } from 'commander'

/** A day as a flag gives it. */
export const readDay = (text: string): string => {
  const at = Date.parse(`${text}T00:00:00Z`)
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== text)
    throw new InvalidArgumentError('a day is written like 2026-01-31.')
  return text
}

/** The flags that say where the lake is. */
export const lakeOptions = (command: Command): Command =>
  command
    .option('--collector <address>', "the collector's address", 'http://127.0.0.1:8787')
    .option('--token-env <name>', 'the environment variable with an admin token of the scope read', 'ADMIN_TOKEN')
    .option('--lake <place>', 'read the files of this folder, or of s3://bucket, and not by the collector')
    .option('--endpoint <address>', 'of the bucket: https://<account>.r2.cloudflarestorage.com')
    .option('--cache <folder>', "where files that came by the collector are kept (the user's cache folder)")
