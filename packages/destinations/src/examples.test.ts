import * as v from 'valibot'
import { expect, test } from 'vitest'
import type { Delivery } from './delivery.ts'
import type { DestinationAnswer, DestinationKind } from './destination-kind.ts'
import { ga4Examples } from './ga4/examples.ts'
import { googleAdsExamples } from './google-ads/examples.ts'
import { httpExamples } from './http/examples.ts'
import { destinationKinds } from './kinds.ts'
import { metaExamples } from './meta/examples.ts'
import { readAnswer } from './read-answer.ts'
import { segmentExamples } from './segment/examples.ts'
import { type Example, exampleNow } from './testing/example.ts'
import { webhookExamples } from './webhook/examples.ts'

const examples: [type: string, its: Example[]][] = [
  ['webhook', webhookExamples],
  ['http', httpExamples],
  ['ga4', ga4Examples],
  ['meta', metaExamples],
  ['google-ads', googleAdsExamples],
  ['segment', segmentExamples],
]

const all = examples.flatMap(([type, its]) => its.map((example) => ({ type, ...example })))

const kindOf = (type: string): DestinationKind<unknown> =>
  destinationKinds.get(type) as unknown as DestinationKind<unknown>

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

test('every kind has examples', () => {
  expect(examples.map(([type]) => type)).toEqual([...destinationKinds.keys()])
})

test.each(all)(
  '$type $name',
  async ({ type, settings: given, secrets = {}, deliveries, request, skip, answers = [] }) => {
    const kind = kindOf(type)
    const checked = v.safeParse(kind.schema, given)
    expect(checked.issues).toBeUndefined()
    const settings = checked.output
    const skipped = deliveries.map((delivery) => kind.skip?.(delivery, settings))
    if (skip !== undefined) {
      expect(skipped).toEqual([skip])
      return
    }
    expect(skipped).toEqual(deliveries.map(() => undefined))
    expect(kind.secretNames(settings).filter((name) => !Object.hasOwn(secrets, name))).toEqual([])
    expect(new Set(deliveries.map((delivery: Delivery) => kind.group?.(delivery, settings))).size).toBe(1)
    expect(deliveries.length).toBeLessThanOrEqual(kind.batchSize?.(settings) ?? kind.maxBatch)
    const made = await kind.request(deliveries, settings, secrets, exampleNow)
    expect({ ...made, body: parsed(made.body) }).toEqual(request)
    for (const { status, headers = {}, body = '', attempts } of answers) {
      const answer: DestinationAnswer = { status, header: (name) => headers[name] ?? null, body }
      const read =
        kind.read?.(answer, deliveries, exampleNow, settings) ?? deliveries.map(() => readAnswer(answer, exampleNow))
      expect(read).toEqual(attempts)
    }
  },
)
