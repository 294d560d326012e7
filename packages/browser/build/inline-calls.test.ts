import { describe, expect, test } from 'vitest'
import { dissolveObjects } from './dissolve-objects.ts'
import { inlineCalls } from './inline-calls.ts'
import { renameUniquely } from './names.ts'

/** What a program, which sets `result`, leaves there. */
const run = (code: string): unknown => new Function(`let result; ${code}; return result`)()

type Program = [what: string, code: string, isChanged: boolean]

const calls: Program[] = [
  [
    'an expression, with what it is given',
    `const add = (a, b) => a + b; const main = (x) => { const y = 2; return [add(x, y), { y }] }; result = [main(1), main(2)]`,
    true,
  ],
  [
    'a key that is short for its value',
    'const box = (a) => ({ a }); const main = (x) => box(x); result = main(1)',
    true,
  ],
  [
    'not where what is given would be worked out more than once',
    'let n = 0; const next = () => ++n; const twice = (a) => a + a; next(); result = twice(next())',
    false,
  ],
  [
    'not where what is given changes later',
    'let n = 1; const later = (a) => () => a; const f = later(n); n = 2; result = f()',
    false,
  ],
  [
    'what only hands on',
    'let n = 0; const f = (a, b) => a - b; const g = (a, b) => f(a, b); f(1, 1); result = g(++n, ++n)',
    true,
  ],
  [
    'statements, in the place of the statement that calls',
    `const log = []; const put = (line) => { const text = line + '!'; log.push(text) }
     const main = (x) => { put(x + 1); if (x) { const text = 1; log.push(text) } }; main(1); main(2); result = log`,
    true,
  ],
  [
    'statements after an if',
    'const log = []; const put = (a) => { log.push(a); log.push(a) }; const main = (x) => { if (x) put(x); log.push(0) }; main(0); main(1); result = log',
    true,
  ],
  [
    'statements whose value a variable takes',
    'const sum = (list) => { let all = 0; for (const one of list) all += one; return all }; const main = () => { const s = sum([1, 2]); return s * 2 }; result = main()',
    true,
  ],
  [
    'statements whose value a pattern takes, or a variable that is there',
    `const make = (a) => { const b = a * 2; return { a, b } }; const half = (a) => { const b = a / 2; return b }
     const main = (x) => { let h; const { a, b } = make(x); h = half(b); return [a, b, h] }; result = main(3)`,
    true,
  ],
  [
    'not what returns early',
    'const f = (a) => { if (a) return 1; return 2 }; const main = (x) => { const y = f(x); return y }; result = [main(0), main(1)]',
    false,
  ],
  ['not what calls itself', 'const f = (n) => n ? n * f(n - 1) : 1; result = f(4)', false],
  ['not what is handed about', 'const f = (n) => n + 1; result = [1].map(f)', false],
  ['not what waits', 'const f = async (a) => a; result = f(1) instanceof Promise', false],
  [
    'what reads a variable, each time',
    'let n = 1; const read = () => n; const main = () => { const a = read(); n = 5; return [a, read()] }; result = main()',
    true,
  ],
]

const objects: Program[] = [
  [
    'an object that is looked into',
    'const main = (x) => { const o = { a: x + 1, b: x }; return o.a + o.b }; result = main(1)',
    true,
  ],
  [
    'one whose values change later keeps the first',
    'const main = () => { let n = 1; const o = { n }; n = 2; return o.n }; result = main()',
    true,
  ],
  [
    'not one that is handed about',
    'const main = (x) => { const o = { a: x }; return JSON.stringify(o) }; result = main(1)',
    false,
  ],
  [
    'not one that is written to',
    'const main = (x) => { const o = { a: x + 1 }; o.a++; return o.a }; result = main(1)',
    false,
  ],
  [
    'not one that is asked for what it lacks',
    'const main = (x) => { const o = { a: x + 1 }; return o.b }; result = main(1)',
    false,
  ],
]

describe.each<[name: string, transform: (code: string) => string, programs: Program[]]>([
  ['inlining calls', inlineCalls, calls],
  ['dissolving objects', dissolveObjects, objects],
])('%s keeps what a program does', (_name, transform, programs) => {
  test.each(programs)('%s', (_what, code, isChanged) => {
    const named = renameUniquely(code)
    const next = transform(named)
    expect(run(next)).toEqual(run(code))
    expect(next !== named).toBe(isChanged)
  })
})
