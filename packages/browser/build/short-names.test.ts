import { describe, expect, test } from 'vitest'
import { chooseNames, keepNames, openNames, type ShortNames } from './short-names.ts'

/** What a program, which sets `result`, leaves there. */
const run = (code: string): unknown => new Function(`let result; ${code}; return result`)()

const rename = (code: string, wanted: ShortNames = {}): string => {
  const { variables, render } = openNames(code)
  return render(chooseNames(variables, wanted))
}

const programs: [what: string, code: string][] = [
  [
    'parameters, patterns and short keys',
    'let main=(first,{second,third:[fourth]=[4]})=>({first,second,fourth}); result=main(1,{second:2})',
  ],
  [
    'a body that uses what is around it',
    'let outer=1; let main=(given)=>{ let inner=given+outer; return () => inner+outer }; result=main(2)()',
  ],
  [
    'a body may not declare its parameters again',
    'let main=(one)=>{ let two=one; { let three=two+1; return [one,two,three] } }; result=main(1)',
  ],
  [
    'a loop that reads what it is about to hide',
    'let main=(list)=>{ let sum=0; for(let item of list) { let twice=item*2; sum+=twice } return sum }; result=main([1,2])',
  ],
  ['what is caught', 'let main=()=>{ try { throw 1 } catch(error) { let copy=error; return copy } }; result=main()'],
  ['the browser’s own keep theirs', 'let main=(value)=>JSON.stringify({value,max:Math.max(value,2)}); result=main(1)'],
]

describe('names are exchanged', () => {
  test.each(programs)('and the program does the same: %s', (_what, code) => {
    const short = rename(code)
    expect(run(short)).toEqual(run(code))
    expect(short.length).toBeLessThan(code.length)
  })

  test.each(programs)('also when all are wished to be one: %s', (_what, code) => {
    const words = code.match(/[a-z]+/g)!
    const wanted = Object.fromEntries(words.map((word) => [word, words.map(() => 'z')]))
    expect(run(rename(code, wanted))).toEqual(run(code))
  })

  test('but not what a module exports', () => {
    expect(rename('let main=1,other=2;export{main,other as second}')).toMatch(
      /^let e=1,t=2;export\{e as main,t as second\};?$/,
    )
  })

  test('wishes are kept for the next time, by what the source calls a variable', () => {
    const { variables, render } = openNames('let main=(given)=>given+1; result=main(1)')
    const names = chooseNames(variables, { given: ['q'] })
    expect(render(names)).toContain('=>q+1')
    expect(keepNames(variables, names)).toMatchObject({ given: ['q'] })
  })
})
