import { execFileSync } from 'node:child_process'
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'

/** Where the declarations of a workspace package land, below the output folder. */
const entryOf = (name: string): string => `${name.replace('@spartito/', '')}/src/index.js`

/**
 * Writes the types of the npm entry, with those of the packages that are bundled into it, so that nothing has to be
 * installed beside it: workspace names and `.ts` become relative paths to declarations.
 *
 * @param folder the package's folder; types go to `dist/types`, and `dist/index.d.ts` leads there
 */
export const writeDeclarations = (folder: string): void => {
  const output = join(folder, 'dist/types')
  const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc')
  execFileSync(process.execPath, [compiler, '-p', join(folder, 'tsconfig.types.json')], { stdio: 'inherit' })
  for (const name of globSync('**/*.d.ts', { cwd: output })) {
    const file = join(output, name)
    const text = readFileSync(file, 'utf8').replace(
      /(from |import\()(['"])(\.[^'"]*?)\.ts\2|(from |import\()(['"])(@spartito\/[a-z]+)\5/g,
      (_all, before, quote, path, beforeName, _quote, workspace) => {
        if (path) return `${before}${quote}${path}.js${quote}`
        return `${beforeName}'${relative(dirname(file), join(output, entryOf(workspace)))}'`
      },
    )
    writeFileSync(file, text)
  }
  writeFileSync(join(folder, 'dist/index.d.ts'), `export * from './types/${entryOf('@spartito/browser')}'\n`)
}
