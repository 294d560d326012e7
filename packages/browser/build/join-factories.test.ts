import { describe, expect, test } from 'vitest'
import { joinFactories } from './join-factories.ts'

/** What a program, which sets `result`, leaves there. */
const run = (code: string): unknown => new Function(`let result; ${code}; return result`)()

const programs: [what: string, code: string, isJoined: boolean][] = [
  [
    'a factory that is called once',
    `const createCounter = (start) => { let count = start; const next = () => ++count; return { next } }
     const main = () => { const counter = createCounter(5); counter.next(); return counter.next() }
     result = main()`,
    true,
  ],
  [
    'factories that are handed to one another',
    `const createLog = () => { const lines = []; const add = (line) => { lines.push(line) }; const all = () => lines; return { add, all } }
     const createUser = (log, name) => { const greet = () => log.add('hi ' + name); return { greet } }
     const main = () => { const log = createLog(); const user = createUser(log, 'a' + 'b'); user.greet(); return log.all() }
     result = main()`,
    true,
  ],
  [
    'the same names in both, in inner functions and patterns',
    `const createA = (x) => { const state = 1; const read = ({ state = 2, x: y }) => state + y + x; return { read, state } }
     const main = () => { const state = 10; const x = 20; const a = createA(x + state); return [a.read({ x: 1 }), a.state, state, x] }
     result = main()`,
    true,
  ],
  [
    'a function that is returned by its name',
    `const createId = () => { let last = 0; const create = () => ++last; return create }
     const main = () => { const newId = createId(); return [newId(), newId()] }
     result = main()`,
    true,
  ],
  [
    'not one that is called twice',
    `const createBox = (value) => { const get = () => value; return { get } }
     const main = () => { const a = createBox(1); const b = createBox(2); return [a.get(), b.get()] }
     result = main()`,
    false,
  ],
  [
    'not one whose object is taken apart where it is called',
    `const createBox = (value) => { const get = () => value; return { get, value } }
     const main = () => { const { get, value: own } = createBox(1); return [get(), own] }
     result = main()`,
    false,
  ],
  [
    'not one that may return earlier',
    `const createBox = (value) => { if (!value) { return undefined } const get = () => value; return { get } }
     const main = () => { const box = createBox(0); return [box] }
     result = main()`,
    false,
  ],
  [
    'one whose inner function may',
    `const createBox = (value) => { const get = () => { if (!value) return 5; return value }; return { get } }
     const main = () => { const box = createBox(0); return [box.get()] }
     result = main()`,
    true,
  ],
  [
    'an object that is passed on stays an object',
    `const createBox = (value) => { const get = () => value; return { get } }
     const keysOf = (box) => Object.keys(box)
     const main = () => { const box = createBox(1); return [keysOf(box), box.get()] }
     result = main()`,
    true,
  ],
  [
    'what is handed over and changes later keeps its value inside',
    `const createBox = (value) => { const get = () => value; return { get } }
     const main = () => { let value = 1; const box = createBox(value); value = 2; return box.get() + value }
     result = main()`,
    true,
  ],
  [
    'a member that is written',
    `const createBox = () => { const get = () => 1; return { get } }
     const main = () => { const box = createBox(); box.get = () => 2; return box.get() }
     result = main()`,
    true,
  ],
  [
    'a value that changes stays what the object held',
    `const createBox = () => { let value = 1; const change = () => { value = 2 }; return { value, change } }
     const main = () => { const box = createBox(); box.change(); return box.value }
     result = main()`,
    true,
  ],
]

describe('joining keeps what a program does', () => {
  test.each(programs)('%s', (_what, code, isJoined) => {
    const joined = joinFactories(code)
    expect(run(joined)).toEqual(run(code))
    expect(/const create\w+ =/.test(joined)).toBe(!isJoined)
  })
})
