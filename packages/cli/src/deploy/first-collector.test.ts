import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { collectorConfig } from '../dev/runtime.ts'
import { firstCollector } from './first-collector.ts'

test('the first deploy of the collector names no object of activation, and all of its own', () => {
  const text = readFileSync(collectorConfig, 'utf8')
  const classesIn = (of: string): string[] => [...of.matchAll(/"class_name": "(\w+)"/g)].map(([, name]) => name!)
  const gone = classesIn(text).filter((name) => !classesIn(firstCollector(text)).includes(name))
  expect(gone).toEqual(['Deliveries', 'DestinationSync', 'LakeKeeper', 'ProfileWalk'])
  expect(() => firstCollector(firstCollector(text))).toThrow('names no object of activation')
})
