/**
 * Searches for names under which an entry compresses best, and keeps them in `found-names.json` for every later build.
 * Which letters stand for which variables is worth 2 % of the tag's bytes, and no rule finds the best: names are exchanged at
 * random, and kept when brotli comes out no larger. Run it again when a budget is tight and the code has changed:
 * `node build/find-names.ts [seconds for each entry] [entry …]`.
 */
import { writeFileSync } from 'node:fs'
import { brotliCompressSync } from 'node:zlib'
import { compress, type Format, foundNames } from './bundle.ts'
import { candidates, chooseNames, keepNames, openNames, type Variable } from './short-names.ts'

const formats: Record<string, Format> = { tag: 'script', 'tag.identity': 'script', index: 'module' }
const [seconds = '60', ...asked] = process.argv.slice(2)

const sizeOf = (text: string): number => brotliCompressSync(text).length

/** In [0, 1), the same in each run. */
const createRandom = (): (() => number) => {
  let state = 1
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}

/** Gives a variable a name, and its old name to the rivals that had it, and so on. Doing it again takes it back. */
const exchange = (names: Map<Variable, string>, variable: Variable, name: string): void => {
  const old = names.get(variable)!
  const others = new Map([[variable, name]])
  for (const [one, next] of others)
    for (const rival of one.rivals)
      if (names.get(rival) === next && !others.has(rival)) others.set(rival, next === name ? old : name)
  for (const [one, next] of others) names.set(one, next)
}

for (const entry of asked.length ? asked : Object.keys(formats)) {
  const { variables, render } = openNames(await compress(entry, formats[entry]!, false))
  const names = chooseNames(variables, foundNames[entry] ?? {})
  const random = createRandom()
  const pick = <Item>(list: readonly Item[], count = list.length): Item => list[Math.floor(random() * count)]!
  let least = sizeOf(render(names))
  console.log(entry, least)
  for (const end = Date.now() + +seconds * 1_000; Date.now() < end; ) {
    const variable = pick(variables)
    const old = names.get(variable)!
    const name = pick(candidates, random() < 0.5 ? 8 : 90)
    if (name === old) continue
    exchange(names, variable, name)
    const size = sizeOf(render(names))
    if (size <= least) least = size
    else exchange(names, variable, old)
  }
  console.log(entry, least)
  foundNames[entry] = keepNames(variables, names)
  writeFileSync(new URL('./found-names.json', import.meta.url), `${JSON.stringify(foundNames)}\n`)
}
