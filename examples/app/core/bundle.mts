/**
 * Bundles the package without its hooks as Metro bundles it into every app, and prints what that weighs. `node core/bundle.mts [FILE]`
 */
import { mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { loadConfig, runBuild } from 'metro'

const folder = join(import.meta.dirname, '..')
const out = process.argv[2] ?? join(folder, 'dist/core.js')
const config = await loadConfig({ cwd: folder, config: join(folder, 'metro.config.js') })

mkdirSync(dirname(out), { recursive: true })
await runBuild(
  {
    ...config,
    // without React Native around it, so that it also runs where there is none
    serializer: {
      ...config.serializer,
      getModulesRunBeforeMainModule: () => [],
      getPolyfills: () => [],
      getRunModuleStatement: (id: number) => `__r(${id});`,
    },
    reporter: { update: () => {} },
  },
  { entry: 'core/entry.ts', out, dev: false, minify: true, platform: 'ios' },
)
const bytes = readFileSync(out)
const [gzip, brotli] = [gzipSync(bytes, { level: 9 }), brotliCompressSync(bytes)]
console.log(
  `the package without its hooks, by Metro: ${bytes.length} bytes, gzip ${gzip.length}, brotli ${brotli.length}`,
)
