import { type ExportHead, exportHtml, writeExport } from '@spartito/privacy'
import type { Env } from '../env.ts'
import { readDocument, readEvents } from './read-export.ts'

/** How an export is read: by machines, or by people. */
export const exportForms = ['json', 'html'] as const
export type ExportForm = (typeof exportForms)[number]

export const isExportForm = (text: string): text is ExportForm => (exportForms as readonly string[]).includes(text)

const headersOf = (form: ExportForm): Record<string, string> => ({
  'content-type': form === 'html' ? 'text/html; charset=utf-8' : 'application/json; charset=utf-8',
  'content-disposition': `${form === 'html' ? 'inline' : 'attachment'}; filename="export.${form}"`,
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
})

const encoder = new TextEncoder()

/** Texts as the bytes of a body, read only as fast as whoever asked takes them. */
const bodyOf = (texts: AsyncGenerator<string>): ReadableStream<Uint8Array> =>
  new ReadableStream({
    async pull(controller) {
      const { value, done } = await texts.next()
      if (done) controller.close()
      else controller.enqueue(encoder.encode(value))
    },
    cancel: () => void texts.return(undefined),
  })

/** An export as an answer: JSON is written while it is read, and a page has the newest events. */
export const exportResponse = async (
  env: Env,
  head: ExportHead,
  form: ExportForm,
  more: Record<string, string> = {},
): Promise<Response> => {
  const headers = { ...headersOf(form), ...more }
  if (form === 'json') return new Response(bodyOf(writeExport(head, readEvents(env, head.person.host))), { headers })
  const { document, eventCount } = await readDocument(env, head)
  return new Response(exportHtml(document, eventCount), { headers })
}
