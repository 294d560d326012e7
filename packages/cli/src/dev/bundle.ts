import { dirname } from 'node:path'
import { build } from 'esbuild'

/**
 * Bundles a Worker's entry to one ES module, as wrangler would.
 *
 * @throws Error with esbuild's own messages, when the source does not build
 */
export const bundleWorker = async (entry: string): Promise<string> => {
  const result = await build({
    entryPoints: [entry],
    absWorkingDir: dirname(entry),
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2024',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    conditions: ['workerd', 'worker', 'browser', 'import', 'default'],
    external: ['cloudflare:*', 'node:*'],
    loader: { '.html': 'text', '.css': 'text', '.txt': 'text', '.svg': 'text', '.client.js': 'text' },
    logLevel: 'silent',
  })
  return result.outputFiles[0]!.text
}
