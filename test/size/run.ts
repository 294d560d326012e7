/**
 * Prints what each entry of the browser package weighs, against its budget, and fails when one is over; below that what the
 * peers' builds weigh, in the same way. Where these cannot be fetched it says so, and that fails nothing. `--json` for programs.
 */
import { readFileSync } from 'node:fs'
import { bundleSource } from './bundle-source.ts'
import { weigh } from './weigh.ts'
import { type PeerWeight, weighPeers } from './weigh-peers.ts'

interface Entry {
  file: string
  what: string
  /** brotli 11, in bytes (DESIGN section 7); only a reviewed commit raises it */
  budgetBytes: number
}

const entries: Entry[] = [
  { file: 'tag.js', what: 'the tag with all that a site needs by default', budgetBytes: 4_096 },
  // the same with identity tokens, for sites whose users sign in: 4,096 bytes have no room for them
  { file: 'tag.identity.js', what: 'the tag that takes identity tokens', budgetBytes: 4_160 },
  { file: 'loader.js', what: 'the inline loader', budgetBytes: 400 },
  // what the tag has without reading attributes and replaying a stub, as a module with its export
  // and takes plugins, and a setting for what is stored
  { file: 'index.js', what: 'the npm entry, bundled', budgetBytes: 4_030 },
  { file: 'in-app.js', what: 'the npm entry for pages that an app shows too', budgetBytes: 4_600 },
  { file: 'page-script.js', what: 'what an app puts into pages of its web view', budgetBytes: 880 },
  { file: 'plugins/clicks.js', what: 'clicks by data- attributes', budgetBytes: 460 },
  { file: 'plugins/outbound.js', what: 'links to other hosts', budgetBytes: 465 },
  { file: 'plugins/downloads.js', what: 'links to files', budgetBytes: 640 },
  { file: 'plugins/forms.js', what: 'forms started and submitted', budgetBytes: 635 },
  { file: 'plugins/scroll.js', what: 'how far down pages are seen', budgetBytes: 560 },
  { file: 'plugins/engagement.js', what: 'how long pages are in use', budgetBytes: 570 },
  // with bounds on texts and each error once
  { file: 'plugins/errors.js', what: 'uncaught errors and rejections', budgetBytes: 440 },
  // nearly all of it is the library web-vitals
  { file: 'plugins/vitals.js', what: 'web vitals', budgetBytes: 3_300 },
  { file: 'plugins/digital-data.js', what: 'the W3C’s digitalData', budgetBytes: 690 },
  { file: 'plugins/utag-data.js', what: 'Tealium’s utag_data', budgetBytes: 510 },
  { file: 'plugins/ecommerce.js', what: 'e-commerce of Google and others in Segment’s names', budgetBytes: 1_470 },
  { file: 'local-storage-store.js', what: 'a store for hosts without IndexedDB', budgetBytes: 310 },
  { file: 'plugins/linker.js', what: 'one visitor over several domains', budgetBytes: 1_830 },
  { file: 'plugins/live-audiences.js', what: 'audiences that time or a server changed', budgetBytes: 820 },
  { file: 'plugins/background-sync.js', what: 'has a service worker send what a page leaves', budgetBytes: 560 },
  { file: 'service-worker.script.js', what: 'that worker, for importScripts', budgetBytes: 1_850 },
  { file: 'service-worker.js', what: 'the same, for a worker of your own', budgetBytes: 1_810 },
  { file: 'plugins/rights.js', what: 'a person’s export, and being forgotten', budgetBytes: 540 },
  { file: 'plugins/debug.js', what: 'the overlay, loaded by ?spartito_debug alone', budgetBytes: 3_550 },
  { file: 'plugins/consent-mode.js', what: 'consent from Google Consent Mode', budgetBytes: 900 },
  { file: 'plugins/tcf.js', what: 'consent from IAB TCF 2.2', budgetBytes: 760 },
  { file: 'plugins/gpp.js', what: 'consent from IAB GPP', budgetBytes: 850 },
  { file: 'plugins/banner.js', what: 'a banner that asks for consent', budgetBytes: 2_300 },
]

/** What applications bundle themselves: its TypeScript, minified here; React is theirs. */
const sources: (Entry & { entry: string })[] = [
  { file: 'react', entry: 'packages/react/src/index.ts', what: 'the hooks for React, without it', budgetBytes: 410 },
]

const withWeight = (entry: Entry, bytes: Buffer) => {
  const weight = weigh(bytes)
  return { ...entry, ...weight, isWithin: weight.brotliBytes <= entry.budgetBytes }
}
const rows = [
  ...entries.map((entry) =>
    withWeight(entry, readFileSync(new URL(`../../packages/browser/dist/${entry.file}`, import.meta.url))),
  ),
  ...(await Promise.all(sources.map(async ({ entry, ...said }) => withWeight(said, await bundleSource(entry))))),
]

const peers = await weighPeers().catch((error: Error) => error)
const tagBytes = rows.find(({ file }) => file === 'tag.js')!.brotliBytes

const width = Math.max(26, ...(peers instanceof Error ? [] : peers.map(({ name }) => name.length + 2)))
const line = (cells: (string | number)[]): string =>
  cells.map((cell, index) => (index ? String(cell).padStart(9) : String(cell).padEnd(width))).join('')

const printPeers = (peers: PeerWeight[]): void => {
  console.log(`\n${line(['peers, bytes', 'raw', 'gzip', 'brotli', 'x tag.js', ''])}`)
  for (const { name, what, rawBytes, gzipBytes, brotliBytes } of peers)
    console.log(
      `${line([name, rawBytes, gzipBytes, brotliBytes, `${(brotliBytes / tagBytes).toFixed(1)}`, ''])}   ${what}`,
    )
}

if (process.argv.includes('--json'))
  console.log(JSON.stringify({ entries: rows, peers: peers instanceof Error ? { notMeasured: peers.message } : peers }))
else {
  console.log(line(['bytes', 'raw', 'gzip', 'brotli', 'budget', '']))
  for (const { file, what, rawBytes, gzipBytes, brotliBytes, budgetBytes, isWithin } of rows)
    console.log(`${line([file, rawBytes, gzipBytes, brotliBytes, budgetBytes, isWithin ? 'ok' : 'OVER'])}   ${what}`)
  if (peers instanceof Error)
    console.log(`\npeers: not measured, since their packages could not be fetched: ${peers.message}`)
  else printPeers(peers)
}
process.exitCode = rows.every(({ isWithin }) => isWithin) ? 0 : 1
