import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

interface Page {
  files: { key: string; size: number; rows?: number }[]
  next: string | null
}

/**
 * Copies files of a deployment's lake as any tool may: by the administration's routes.
 *
 * @returns the files, as they are listed
 */
export const downloadLake = async (
  collector: string,
  token: string,
  kind: string,
  to: string,
  limit = 1000,
): Promise<Page['files']> => {
  const headers = { authorization: `Bearer ${token}` }
  const ask = async (path: string): Promise<Response> => {
    const response = await fetch(`${collector}/admin/lake/${path}`, { headers, signal: AbortSignal.timeout(20_000) })
    if (!response.ok) throw new Error(`/admin/lake/${path} answered ${response.status}: ${await response.text()}`)
    return response
  }
  const files: Page['files'] = []
  for (let after: string | null = ''; after !== null; ) {
    const page = (await (
      await ask(`files?kind=${kind}&limit=${limit}&after=${encodeURIComponent(after)}`)
    ).json()) as Page
    for (const file of page.files) {
      const body = await (await ask(`file?key=${encodeURIComponent(file.key)}`)).arrayBuffer()
      await mkdir(dirname(join(to, file.key)), { recursive: true })
      await writeFile(join(to, file.key), new Uint8Array(body))
    }
    files.push(...page.files)
    after = page.next
  }
  return files
}
