import { join } from 'node:path'
import type { Workspace } from '@spartito/workspace'
import { expect, vi } from 'vitest'
import { findFreePort } from '../../../packages/cli/src/dev/free-ports.ts'
import { activationConfig, collectorConfig, localVars, startRuntime } from '../../../packages/cli/src/dev/runtime.ts'
import { type Administration, administration } from '../../support/administration.ts'
import { downloadLake } from '../../support/download-lake.ts'
import { keys } from '../../support/keys.ts'
import { queryLake } from '../../support/query-lake.ts'
import { makeTempFolder } from '../../support/temp-folder.ts'
import { startWebhookReceiver, type WebhookReceiver } from '../../support/webhook-receiver.ts'
import { come, devicesOf, knock, withdraw } from './live.ts'
import {
  decision,
  deliveriesIn,
  keyOf,
  type Listed,
  laws,
  type Person,
  type Profile,
  persons,
  profileOf,
  wasAllowed,
} from './persons.ts'

const workspaceWith = (crm: WebhookReceiver, closed: WebhookReceiver): Workspace => ({
  sources: laws.flatMap((policy) => [
    { id: `open-${policy}`, kind: 'browser' as const, writeKey: keyOf('open', policy), consent: { policy } },
    {
      id: `strict-${policy}`,
      kind: 'browser' as const,
      writeKey: keyOf('strict', policy),
      consent: { policy },
      collect: ['analytics'],
    },
  ]),
  purposes: ['analytics', 'marketing'],
  audiences: [
    { id: 'readers', when: { event: 'Read' } },
    { id: 'targets', purposes: ['marketing'], when: { event: 'Read' } },
  ],
  destinations: [crm, closed].map(({ origin }, index) => ({
    id: ['crm', 'closed'][index]!,
    type: 'webhook' as const,
    purposes: ['marketing'],
    audiences: '*' as const,
    events: [{ event: 'Read' }, { event: 'Later' }],
    settings: { url: `${origin}/hook`, secret: keys.webhook },
  })),
})

/** Several side by side, as the machine allows. */
const forAll = async (its: readonly Person[], work: (person: Person) => Promise<void>): Promise<void> => {
  const left = its.values()
  const run = async (): Promise<void> => {
    for (const person of left) await work(person)
  }
  await Promise.all(Array.from({ length: 12 }, run))
}

/** What of a person a destination has taken: `entered readers`, `Read`. */
export const takenBy = ({ arrivals }: WebhookReceiver, person: Person): string[] => {
  const devices = devicesOf(person)
  return arrivals
    .filter(({ status }) => status === 200)
    .filter(({ change, body }) =>
      change.identifiers
        ? change.identifiers.some(({ value }) => devices.includes(value))
        : devices.includes(JSON.parse(body).anonymousId),
    )
    .map(({ change, body }) =>
      change.audience ? `${change.type.slice('audience.'.length)} ${change.audience}` : JSON.parse(body).event,
    )
}

/** What a destination is sent of who reads and consents. */
export const all = ['Read', 'entered readers', 'entered targets']

/** What all of them have come to, each with what it says, in one runtime. */
export interface Matrix {
  collector: string
  admin: Administration
  /** takes all that it is sent */
  crm: WebhookReceiver
  /** was down while somebody withdrew */
  closed: WebhookReceiver
  /** by device */
  profiles: ReadonlyMap<string, Profile>
  /** what a source that needs consent answered to each event, by person */
  answers: ReadonlyMap<string, readonly (string | undefined)[]>
  skipped: readonly Listed[]
  /** the lake's: device, event; messageId, source, purpose and whether it is granted */
  events: readonly unknown[][]
  consents: readonly unknown[][]
  stop(): Promise<void>
}

/** Everybody comes, reads and, some of them, withdraws while what they did waits at a destination that is down. */
export const startMatrix = async (): Promise<Matrix> => {
  const folder = await makeTempFolder('consent')
  let isClosed = true
  const crm = await startWebhookReceiver({ secret: keys.webhook })
  const closed = await startWebhookReceiver({ secret: keys.webhook, answer: () => (isClosed ? 503 : 200) })
  const port = await findFreePort('127.0.0.1')
  const collector = `http://127.0.0.1:${port}`
  const runtime = await startRuntime({
    stateDir: join(folder.path, 'state'),
    eventsBatchSeconds: 1,
    workers: [
      { config: collectorConfig, port, vars: { ...localVars, ADMIN_TOKEN: keys.admin } },
      { config: activationConfig, vars: localVars },
    ],
  })
  const stop = async (): Promise<void> => {
    await runtime.stop()
    for (const receiver of [crm, closed]) await receiver.stop()
    await folder.remove()
  }
  const admin = administration(collector, keys.admin)
  const run = async (): Promise<Omit<Matrix, 'collector' | 'admin' | 'crm' | 'closed' | 'stop'>> => {
    await admin.publish(workspaceWith(crm, closed))
    // Every isolate knows the workspace by then.
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    await forAll(persons, (person) => come(collector, person))
    // What somebody did has gone out, and waits at one destination, when it is withdrawn.
    const isAwaited = (person: Person): boolean => {
      const taken = takenBy(crm, person)
      return wasAllowed(person) && !all.every((one) => taken.includes(one))
    }
    await vi.waitFor(() => expect(persons.filter(isAwaited)).toEqual([]), { timeout: 30_000 })
    await forAll(
      persons.filter(({ withdraws }) => withdraws),
      (person) => withdraw(collector, person),
    )
    const answers = new Map<string, (string | undefined)[]>()
    await forAll(persons, async (person) => {
      answers.set(person.key, await knock(collector, person))
    })
    isClosed = false
    const isSettled = async () => expect(await deliveriesIn(collector, 'pending')).toEqual([])
    await vi.waitFor(isSettled, { timeout: 90_000, interval: 500 })
    const profiles = new Map<string, Profile>()
    await forAll(persons, async (person) => {
      for (const device of devicesOf(person)) profiles.set(device, await profileOf(collector, device))
    })
    const [events, consents] = await vi.waitFor(
      async () => {
        await downloadLake(collector, keys.admin, 'consents', folder.path)
        await downloadLake(collector, keys.admin, 'events', folder.path)
        const rows = await queryLake(folder.path, 'anonymous_id, event, source')
        const last = persons.findLast(({ withdraws }) => withdraws)!
        expect(rows).toContainEqual([`${last.key}-s`, decision, `strict-${last.law}`])
        return [rows, await queryLake(folder.path, 'message_id, source, purpose, is_granted', '', 'consents')] as const
      },
      { timeout: 30_000, interval: 1_000 },
    )
    return { profiles, answers, skipped: await deliveriesIn(collector, 'skipped'), events, consents }
  }
  try {
    return { collector, admin, crm, closed, stop, ...(await run()) }
  } catch (error) {
    await stop()
    throw error
  }
}
