import { describe, expect, test } from 'vitest'
import { judgeRun } from './testing/judge-run.ts'
import { simulateProtocol } from './testing/simulate-protocol.ts'

const runs = Number(process.env.RUNS ?? 5000)
const firstSeed = Number(process.env.SEED ?? 1)

const wrongIn = (seed: number, isCalm = false, hasMerges = false): string[] =>
  judgeRun(simulateProtocol(seed, { isCalm, hasMerges }))

describe('ID12, ID16 objects that crash and messages that are lost, late and doubled', () => {
  test(`${runs} runs from the seed ${firstSeed} end as the rules say`, { timeout: 14_400_000 }, () => {
    for (let seed = firstSeed; seed < firstSeed + runs; seed++)
      expect(wrongIn(seed), `again: RUNS=1 SEED=${seed}`).toEqual([])
  })

  // Each was wrong once.
  const found: [reason: string, seed: number][] = [
    ['ID12 a claim that comes again after a logout opens nothing', 2026],
    ['ID12 a claim that comes again after that of another takes nothing back', 178],
    ['ID7 a claim that was long on its way does not close an interval before it began', 1821],
    ['ID9 a logout that is told of after the next sign-in ends nothing', 2127],
    ['ID12 what a device takes while its events move is not lost at the close', 1181],
    ['ID7 a device that is lost before the claim on it is answered stays lost', 2650],
    ['ID7 a loss that is told of late does not hide a later one', 625],
    ['ID7 who has lost a device knows it, in whatever order claims and answers come', 524_524],
    ['WI9 a copy of what a device has kept does not count again at who owns it now', 1454],
    ['WI9 nor one of what came too late and was adopted by a claim that was long on its way', 4337],
  ]
  test.each(found)('%s', (_reason, seed) => expect(wrongIn(seed)).toEqual([]))
})

describe('ID7–ID9 without faults, by what was sent', () => {
  const calm = Math.ceil(runs / 5)
  test(`${calm} runs from the seed ${firstSeed} end as the rules say`, { timeout: 14_400_000 }, () => {
    for (let seed = firstSeed; seed < firstSeed + calm; seed++)
      expect(wrongIn(seed, true), `again: RUNS=1 SEED=${seed}`).toEqual([])
  })

  const found: [reason: string, seed: number][] = [
    ['ID8 who comes to a device after a logout adopts no session but their own', 21],
    ['ID9 a logout that shows nobody ends nothing, though it was passed on', 44],
    ['WI9 a copy counts once, also after the device has passed on', 1083],
  ]
  test.each(found)('%s', (_reason, seed) => expect(wrongIn(seed, true)).toEqual([]))
})

describe('ID6, ID14 persons that merge and are taken apart again', () => {
  test(`${runs} runs from the seed ${firstSeed} end as the rules say`, { timeout: 14_400_000 }, () => {
    for (let seed = firstSeed; seed < firstSeed + runs; seed++)
      expect(wrongIn(seed, false, true), `again: RUNS=1 SEED=${seed}`).toEqual([])
  })

  // Each was wrong once.
  const found: [reason: string, seed: number][] = [
    ['ID14 what is claimed in somebody’s name arrives before they are taken out', 3982],
    ['WI9 who is asked for a copy asks those too whose events are on their way there', 800_911],
    ['ID5 a claim that is asked for again is not made again', 20_197_539],
    ['ID11 two who take from each other do not wait for each other', 604_769],
  ]
  test.each(found)('%s', (_reason, seed) => expect(wrongIn(seed, false, true)).toEqual([]))
})
