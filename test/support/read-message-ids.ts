import { queryLake } from './query-lake.ts'

/**
 * Reads which events the lake has.
 *
 * @param folder holds a copy of the lake, with at least one file of events
 * @returns how many rows each `message_id` has: a unit that was sent again may be written again (SPEC LA2)
 */
export const readMessageIds = async (folder: string): Promise<Map<string, number>> => {
  const rows = await queryLake(folder, 'message_id, count(*)', 'GROUP BY message_id')
  return new Map(rows.map(([messageId, count]) => [String(messageId), Number(count)]))
}
