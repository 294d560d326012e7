import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build, transform } from 'esbuild'
import { packagesFolder } from './fetch-packages.ts'
import type { Peer } from './peers.ts'

/** The script that a page loads of a peer, minified. Its package must have been fetched. */
export const buildPeer = async (peer: Peer): Promise<string> => {
  if (peer.build.kind === 'bundled') {
    const { outputFiles } = await build({
      stdin: { contents: peer.build.entry, resolveDir: packagesFolder },
      bundle: true,
      minify: true,
      format: 'iife',
      platform: 'browser',
      target: 'es2022',
      legalComments: 'none',
      write: false,
    })
    return outputFiles[0]!.text
  }
  const text = await readFile(join(packagesFolder, 'node_modules', peer.package, peer.build.file), 'utf8')
  if (peer.build.kind === 'ready') return text
  return (await transform(text, { minify: true, target: 'es2022', legalComments: 'none' })).code
}
