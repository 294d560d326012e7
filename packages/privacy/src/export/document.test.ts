import type { Json } from '@spartito/protocol'
import { expect, test } from 'vitest'
import { type ExportDocument, type ExportHead, writeExport } from './document.ts'
import { lakeQueries } from './lake-queries.ts'

const head = { exportedAt: 5, asked: { type: 'user_id', value: 'ada' } } as ExportHead

async function* pagesOf(pages: Json[][], isAll: boolean): AsyncGenerator<readonly Json[], boolean> {
  for (const page of pages) yield page
  return isAll
}

const written = async (pages: Json[][], isAll = true): Promise<ExportDocument> => {
  let text = ''
  for await (const part of writeExport(head, pagesOf(pages, isAll))) text += part
  return JSON.parse(text) as ExportDocument
}

test.each<[what: string, pages: Json[][], events: Json[]]>([
  ['no events', [], []],
  ['an empty page', [[]], []],
  ['several pages', [[{ n: 1 }, { n: 2 }], [], [{ n: 3 }]], [{ n: 1 }, { n: 2 }, { n: 3 }]],
])('CO8 the document is one JSON, written piece by piece, of %s', async (_what, pages, events) => {
  expect(await written(pages)).toEqual({ format: 'spartito.export/1', ...head, events, isComplete: true })
})

test('CO8 it says when it is not all', async () => {
  expect(await written([[{ n: 1 }]], false)).toMatchObject({ events: [{ n: 1 }], isComplete: false })
})

test('CO8 what finds a person in the lake takes their ids as text, whatever is in them', () => {
  const { events, changes, quarantine } = lakeQueries({ profileIds: ['P'], userIds: [`o'ada`], anonymousIds: [] })
  expect(events).toBe(`select * from events where profile_id in ('P') or user_id in ('o''ada') order by received_at`)
  expect(changes).toBe(`select * from changes where profile_id in ('P') order by emitted_at`)
  expect(quarantine).toContain(`(body->>'userId') in ('o''ada')`)
})
