import { readFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import resolve from '@rollup/plugin-node-resolve'
import { transform } from 'esbuild'
import { type Plugin, rollup } from 'rollup'
import { minify } from 'terser'
import { dissolveObjects } from './dissolve-objects.ts'
import { inlineCalls } from './inline-calls.ts'
import { joinFactories } from './join-factories.ts'
import { letForConst } from './let-for-const.ts'
import { chooseNames, openNames, type ShortNames } from './short-names.ts'

/** By entry, what `find-names.ts` has found: names under which it is smallest. */
export const foundNames = JSON.parse(readFileSync(new URL('./found-names.json', import.meta.url), 'utf8')) as Record<
  string,
  ShortNames | undefined
>

const stripTypes: Plugin = {
  name: 'strip-types',
  async transform(code, id) {
    if (!id.endsWith('.ts')) return null
    return { code: (await transform(code, { loader: 'ts', target: 'es2022' })).code, map: null }
  },
}

/** Leaves tokens out of an entry that has no bytes for them. */
const withoutTokens: Plugin = {
  name: 'without-tokens',
  resolveId: (source, importer) =>
    source.endsWith('/identity/tokens.ts') && importer
      ? fileURLToPath(new URL(source.replace('tokens.ts', 'no-tokens.ts'), pathToFileURL(importer)))
      : null,
}

/** What an entry is built with, beside the file of its name in `src`. */
const variants: Record<string, { source: string; plugins: Plugin[] }> = {
  tag: { source: 'tag', plugins: [withoutTokens] },
  'tag.identity': { source: 'tag', plugins: [] },
}

export type Format = 'script' | 'module'

/** One entry of `src`, bundled and compressed. `isNaming`: with the names that terser gives. */
export const compress = async (entry: string, format: Format, isNaming: boolean): Promise<string> => {
  const { source, plugins } = variants[entry] ?? { source: entry, plugins: [] }
  const input = fileURLToPath(new URL(`../src/${source}.ts`, import.meta.url))
  const build = await rollup({
    input,
    plugins: [...plugins, resolve({ extensions: ['.ts', '.js'] }), stripTypes],
    treeshake: { moduleSideEffects: (id) => id === input },
    onwarn: (warning) => {
      throw new Error(warning.message)
    },
  })
  const { output } = await build.generate({ format: 'es', generatedCode: 'es2015' })
  const code = letForConst(dissolveObjects(inlineCalls(joinFactories(output[0].code))))
  const { code: small } = await minify(format === 'script' ? `(()=>{${code}})()` : code, {
    ecma: 2022,
    module: format === 'module',
    toplevel: true,
    mangle: isNaming,
    format: { comments: false },
    compress: {
      passes: 4,
      // nothing here reads arguments' names or lengths, or has getters with effects
      unsafe_arrows: true,
      pure_getters: true,
      keep_fargs: false,
      // measured on the tag, in brotli: inlining calls with arguments, `for` for `while` and turned comparisons cost bytes
      inline: 1,
      loops: false,
      lhs_constants: false,
    },
  })
  return small!
}

/**
 * One entry of `src` as one minified file. Reproducible: the same sources give the same bytes.
 *
 * @param format `script` runs at once and leaves no names behind; `module` exports
 */
export const bundle = async (entry: string, format: Format): Promise<string> => {
  const wanted = foundNames[entry]
  if (!wanted) return compress(entry, format, true)
  const { variables, render } = openNames(await compress(entry, format, false))
  return render(chooseNames(variables, wanted))
}
