/** Prints what each entry of the browser package weighs, against its budget; fails when one is over. `--json` for programs. */
import { readFileSync } from 'node:fs'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

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
  { file: 'index.js', what: 'the npm entry, bundled', budgetBytes: 4_000 },
  { file: 'plugins/errors.js', what: 'uncaught errors and rejections', budgetBytes: 260 },
  { file: 'plugins/consent-mode.js', what: 'consent from Google Consent Mode', budgetBytes: 900 },
  { file: 'plugins/tcf.js', what: 'consent from IAB TCF 2.2', budgetBytes: 760 },
  { file: 'plugins/gpp.js', what: 'consent from IAB GPP', budgetBytes: 850 },
  { file: 'plugins/banner.js', what: 'a banner that asks for consent', budgetBytes: 2_300 },
]

const brotli = (bytes: Buffer): number =>
  brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } }).length

const rows = entries.map(({ file, what, budgetBytes }) => {
  const bytes = readFileSync(new URL(`../../packages/browser/dist/${file}`, import.meta.url))
  const brotliBytes = brotli(bytes)
  return {
    file,
    what,
    rawBytes: bytes.length,
    gzipBytes: gzipSync(bytes, { level: 9 }).length,
    brotliBytes,
    budgetBytes,
    isWithin: brotliBytes <= budgetBytes,
  }
})

if (process.argv.includes('--json')) console.log(JSON.stringify(rows))
else {
  const line = (cells: (string | number)[]): string =>
    cells.map((cell, index) => (index ? String(cell).padStart(9) : String(cell).padEnd(26))).join('')
  console.log(line(['bytes', 'raw', 'gzip', 'brotli', 'budget', '']))
  for (const { file, what, rawBytes, gzipBytes, brotliBytes, budgetBytes, isWithin } of rows)
    console.log(`${line([file, rawBytes, gzipBytes, brotliBytes, budgetBytes, isWithin ? 'ok' : 'OVER'])}   ${what}`)
}
process.exitCode = rows.every(({ isWithin }) => isWithin) ? 0 : 1
