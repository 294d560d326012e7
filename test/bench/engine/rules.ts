import { createHash } from 'node:crypto'
import { runRules } from '@spartito/pipeline'
import type { Event } from '@spartito/protocol'
import { compileWorkspace, rulesOf, type Workspace } from '@spartito/workspace'
import example from '../../../examples/workspace/workspace.ts'
import type { BenchOptions } from '../area.ts'
import type { Row } from '../row.ts'
import { measureSteps, type StepSeries } from './measure-steps.ts'
import { stepRow } from './step-row.ts'

const ports = { sha256Hex: (text: string): string => createHash('sha256').update(text).digest('hex') }

const track = (source: string, event: string, properties: Event['properties'] & object): Event => ({
  messageId: 'm',
  type: 'track',
  event,
  anonymousId: 'a',
  timestamp: 1,
  receivedAt: 1,
  source,
  context: {
    page: { url: 'https://shop.example/shoes', title: 'Shoes' },
    consent: { categoryPreferences: { analytics: true } },
  },
  properties,
})

/** Runs one event through the rules of a workspace, again and again. */
const stepOf = (workspace: Workspace, event: Event): (() => void) => {
  const compiled = compileWorkspace({ version: 1, workspace })
  const rules = rulesOf(compiled, compiled.sourcesById.get(event.source)!)
  const came = { event, json: JSON.stringify(event) }
  return () => void runRules(came, rules, ports)
}

/** What transformations and the tracking plan of the example cost an event, beside parsing it and making its JSON. */
export const measureRules = async ({ short, log }: BenchOptions): Promise<Row[]> => {
  log('rules')
  const { transformations: _none, ...planned } = example
  const sound = track('till', 'Product Viewed', { product_id: 'p1', price: 9.9, size: 'M' })
  const old = track('web', 'Viewed Product', { prodId: 'p1', price: '9.90', size: 'medium', card: 'x' })
  const json = JSON.stringify(sound)
  const targets = [
    { name: 'parse and stringify', step: () => void JSON.stringify(JSON.parse(json)) },
    { name: 'plan', step: stepOf(planned, sound) },
    { name: 'steps that change nothing', step: stepOf(example, sound) },
    { name: 'steps that change it', step: stepOf(example, old) },
  ]
  const rounds = short ? { rounds: 5, roundMs: 50 } : { rounds: 9, roundMs: 300 }
  const [floor, plan, still, changing] = (await measureSteps(targets, rounds)) as [
    StepSeries,
    StepSeries,
    StepSeries,
    StepSeries,
  ]
  return [
    stepRow('the plan of an event that keeps to it', plan, floor),
    stepRow('four steps that change nothing, and the plan', still, floor),
    stepRow('ten steps of which five change the event, consent, and the plan', changing, floor),
  ]
}
