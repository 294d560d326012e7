import type { DuckDBConnection } from '@duckdb/node-api'
import { loadSecrets } from '../collector/secret.ts'
import type { KindName } from './kinds.ts'
import { isWanted } from './lake-key.ts'
import { literal } from './sql-text.ts'

/** An S3-compatible bucket, such as R2 has: `s3://spartito-lake`, or a folder in it. */
export const isBucket = (lake: string): boolean => lake.startsWith('s3://')

const accessFrom = (endpoint: string | undefined): Record<string, string> => {
  loadSecrets()
  const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, AWS_ENDPOINT_URL, AWS_REGION = 'auto' } = process.env
  const address = endpoint ?? AWS_ENDPOINT_URL
  if (!id || !secret)
    throw new Error(
      'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set: put an API token of R2 that may read objects into them',
    )
  if (!address || !URL.canParse(address))
    throw new Error(
      'the bucket has no endpoint: give --endpoint https://<account>.r2.cloudflarestorage.com, or set AWS_ENDPOINT_URL',
    )
  const { protocol, host } = new URL(address)
  return {
    KEY_ID: id,
    SECRET: secret,
    ENDPOINT: host,
    REGION: AWS_REGION,
    URL_STYLE: 'path',
    USE_SSL: String(protocol === 'https:'),
  }
}

/** Loads DuckDB's extension for buckets, and fetches it the first time. @throws Error that says what to do where it cannot be had */
export const openBucket = async (connection: DuckDBConnection, endpoint: string | undefined): Promise<void> => {
  const access = accessFrom(endpoint)
  try {
    await connection.run('INSTALL httpfs')
    await connection.run('LOAD httpfs')
  } catch (error) {
    const why = (error as Error).message.split('\n')[0]
    throw new Error(
      `DuckDB's extension httpfs, which reads buckets, cannot be loaded here (${why}): let this machine reach extensions.duckdb.org once, or leave out --lake and read by the collector`,
    )
  }
  const settings = Object.entries(access).map(
    ([name, value]) => `${name} ${name === 'USE_SSL' ? value : literal(value)}`,
  )
  await connection.run(`CREATE SECRET lake (TYPE s3, ${settings.join(', ')})`)
}

/** The keys of a kind's files in a bucket. @param bucket with a slash at its end */
export const bucketKeys = async (
  connection: DuckDBConnection,
  bucket: string,
  kind: KindName,
  since: string | undefined,
): Promise<string[]> => {
  const found = await connection.runAndReadAll(
    `SELECT file FROM glob(${literal(`${bucket}${kind}/**/*.parquet`)}) ORDER BY file`,
  )
  return found
    .getRows()
    .map(([file]) => String(file).slice(bucket.length))
    .filter((key) => isWanted(key, kind, since))
}
