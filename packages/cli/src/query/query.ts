import { once } from 'node:events'
import type { DuckDBConnection, DuckDBResult } from '@duckdb/node-api'
import { consentMacros } from '../lake/consent-sql.ts'
import { loadDuckDB } from '../lake/duckdb.ts'
import { type KindName, kindNames } from '../lake/kinds.ts'
import { type LakeFlags, openLake } from '../lake/open-lake.ts'
import { columnsOf, rowsOf } from './column.ts'
import { writeAnswer } from './write-answer.ts'

export interface QueryFlags extends LakeFlags {
  since?: string
  read: string[]
  json: boolean
  csv: boolean
}

/**
 * Runs one statement, which may only read.
 *
 * @throws Error with DuckDB's own words and hint, or that says that the statement would change something
 */
export const runReading = async (connection: DuckDBConnection, sql: string): Promise<DuckDBResult> => {
  const { StatementType } = await loadDuckDB()
  // DuckDB itself has no words for a text without a statement.
  const statements = sql.trim() === '' ? { count: 0 } : await connection.extractStatements(sql)
  if (!('prepare' in statements) || statements.count !== 1)
    throw new Error(
      `${statements.count === 0 ? 'there is no statement' : 'these are several statements'}: give one select`,
    )
  const statement = await statements.prepare(0)
  if (statement.statementType !== StatementType.SELECT && statement.statementType !== StatementType.EXPLAIN)
    throw new Error(
      `a question only reads, and this is ${StatementType[statement.statementType] ?? 'something else'}: give a select; what it would make can be a "with … as (select …)"`,
    )
  return statement.stream()
}

/** The tables that a text may be about: no others are read. */
const kindsIn = (sql: string): KindName[] => {
  const ofConsent = consentMacros.test(sql) ? ['events', 'consents'] : []
  return kindNames.filter((kind) => ofConsent.includes(kind) || new RegExp(`\\b${kind}\\b`, 'i').test(sql))
}

/** A reader that has gone, as `head` does, ends the answer and is no fault. */
const endWithReader = (error: NodeJS.ErrnoException): void => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
}

const write = async (text: string): Promise<void> => {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain')
}

/** Answers a question in SQL about the lake. @throws Error that says what to do */
export const query = async (sql: string, flags: QueryFlags): Promise<void> => {
  if (flags.json && flags.csv) throw new Error('--json and --csv are two forms: give one')
  const { since, read: folders } = flags
  process.stdout.on('error', endWithReader)
  const connection = await openLake(flags, { kinds: kindsIn(sql), sinceOf: () => since, folders })
  const result = await runReading(connection, sql)
  await writeAnswer(columnsOf(result), rowsOf(result), flags.json ? 'json' : flags.csv ? 'csv' : 'table', write)
}
