import { build } from 'esbuild'

/** Bundles a package's entry as an application does, minified, without what the application has anyway. @param entry from the root */
export const bundleSource = async (entry: string): Promise<Buffer> => {
  const { outputFiles } = await build({
    entryPoints: [new URL(`../../${entry}`, import.meta.url).pathname],
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    external: ['react', 'react-native'],
    write: false,
  })
  return Buffer.from(outputFiles[0]!.contents)
}
