import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { resendDelayMs } from '@spartito/engine'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readMessageIds } from '../support/read-message-ids.ts'
import {
  changesOf,
  createMergeStory,
  holdAt,
  joinedId,
  type Loser,
  type MergeStory,
  type Point,
} from './merge-story.ts'
import { moved, movesWorkspace, stayed } from './moves-workspace.ts'
import { type Crash, startCrash, until } from './start-crash.ts'

/** So many are 1 MB, which moves in four pages. */
const seeds = 1_000
const doubledAt = 1.5 * seeds
/** How long events arrive at both sides, before a kill and after it. */
const arriveForMs = 700
const alarmLateMs = 1_000
/** How long a copy that should not come is awaited. */
const quietMs = 1_000
const lakeWithinMs = 30_000

const points: [killed: string, point: Point][] = [
  ['its claim is stored, and nobody has been asked', { at: 'claim.ask' }],
  ['the loser has stored its answer, and has not given it', { at: 'claim.stored' }],
  ['the survivor has the answer, and has not stored it', { at: 'claim.asked' }],
  ['the answer is stored, and no page is pulled', { at: 'page.pull', page: '1.' }],
  ['page 1 is pulled, and not stored', { at: 'page.pulled', page: '1.' }],
  ['page 1 is stored', { at: 'page.pull', page: '2.' }],
  ['page 2 is pulled, and not stored', { at: 'page.pulled', page: '2.' }],
  ['page 2 is stored', { at: 'page.pull', page: '3.' }],
  ['page 3 is pulled, and not stored', { at: 'page.pulled', page: '3.' }],
  ['page 3 is stored', { at: 'page.pull', page: '4.' }],
  ['the last page is pulled, and not stored', { at: 'page.pulled', page: '4. the last' }],
  ['the last page is stored, and the loser not told', { at: 'close.tell' }],
  ['the loser has closed, and has not said so', { at: 'close.stored' }],
  ['the survivor has heard of it, and has not ended', { at: 'close.told' }],
  ['it has ended, and nobody has been answered', { at: 'ingested' }],
]

interface Kind {
  what: string
  loser: Loser
  /** what ends the merge after the kill; that which is left to its alarm is killed where it hung a second time */
  after: 'events arrive' | 'left to its alarm'
  /** as on the network, where the merge alone has an alarm; the lake is not read then, since a local queue dies with its runtime */
  mode: 'local' | 'deployed'
}

const kinds: Kind[] = [
  {
    what: 'of a device that signs in, and events go on arriving',
    loser: 'device',
    after: 'events arrive',
    mode: 'local',
  },
  {
    what: 'of an address with a person who is vouched for, and again there, and left to the alarm',
    loser: 'address',
    after: 'left to its alarm',
    mode: 'deployed',
  },
  {
    what: 'of a person with another by a verified alias, and again there, and left to the alarm',
    loser: 'person',
    after: 'left to its alarm',
    mode: 'deployed',
  },
]

const nameOf = (place: number): string => `m${place}`

for (const { what, loser, after, mode } of kinds)
  describe(`ID12 a merge killed -9, ${what}`, () => {
    let crash: Crash
    let stories: MergeStory[]
    let lake: Map<string, number>

    const sides = () => stories.flatMap((story) => Object.values(story.sides))
    const sentIds = ({ name, sides: { loser, survivor } }: MergeStory): string[] => [
      joinedId(name),
      ...[...loser.sent, ...survivor.sent].map(({ messageId }) => messageId),
    ]
    const missingIn = (story: MergeStory): string[] => sentIds(story).filter((messageId) => !lake.has(messageId))

    const readLake = async (): Promise<Map<string, number>> => {
      const folder = join(crash.folder, 'lake')
      await crash.copyLake(folder)
      return readMessageIds(folder)
    }
    const exits = (): number =>
      new Set(crash.changes.filter(({ change }) => change.type === 'audience.exited').map(({ id }) => id)).size

    beforeAll(async () => {
      const holds = points.map(([, point], place) => holdAt(loser, nameOf(place), point))
      crash = await startCrash(holds, (destination) => movesWorkspace(destination, doubledAt), mode)
      stories = points.map((_point, place) => createMergeStory(crash, loser, nameOf(place)))
      for (const story of stories) {
        // Of two persons the older one hosts.
        await story.sides.survivor.seed(1)
        await story.sides.loser.seed(seeds)
      }
      // The alarm of the entries that these caused has passed: what is left to one is left to the merge's own.
      if (after === 'left to its alarm') await wait(resendDelayMs(1) + alarmLateMs)
      for (const side of sides()) void side.goOn()
      // Their answers hang with the merge and die with it.
      for (const story of stories) story.join().catch(() => undefined)
      await crash.untilHeld()
      await wait(arriveForMs)
      await crash.kill()
      for (const side of sides()) side.stop()

      if (after === 'events arrive') {
        await crash.restart()
        for (const side of sides()) void side.goOn()
        await wait(arriveForMs)
        for (const side of sides()) side.stop()
      } else {
        // Its pages have other numbers now. What had ended does not come there again.
        const again = points.flatMap(([, { at }], place) =>
          at === 'ingested' ? [] : [holdAt(loser, nameOf(place), { at })],
        )
        await crash.restart('watched', again)
        await crash.untilHeld()
        await crash.kill()
        await crash.restart()
        for (const story of stories) await until(`the end of ${story.name}`, story.hasEnded)
      }
      for (const story of stories) await story.join()
      for (const side of sides()) await side.again()
      for (const deadline = Date.now() + lakeWithinMs; mode === 'local'; await wait(1_000)) {
        lake = await readLake()
        if (Date.now() > deadline || stories.every((story) => missingIn(story).length === 0)) break
      }
      await until('the exits of all losers', () => exits() >= stories.length)
      await wait(quietMs)
    }, 180_000)

    afterAll(() => crash?.end())

    test.each(points.map(([killed], place) => [killed, place] as const))('%s', async (_killed, place) => {
      const story = stories[place]!
      const graph = (await crash.admin.graph(story.loser))!
      expect(graph.underWay).toEqual([])
      expect(graph.asked.role).toBe(loser === 'device' ? 'host' : 'linked')
      expect(graph.host).toMatchObject(story.person)

      const profile = (await crash.admin.profile(story.person))!
      const { profileId } = profile
      expect((await crash.admin.profile(story.loser))!.profileId).toBe(profileId)
      const counts = Object.entries(profile.events).map(([event, { count }]) => [event, count])
      const { loser: theirs, survivor: own } = story.sides
      expect(Object.fromEntries(counts)).toEqual({
        [moved]: theirs.sent.length,
        [stayed]: own.sent.length,
        [story.joinedAs]: 1,
      })
      const recent = profile.recent.map(({ messageId }) => messageId)
      expect(new Set(recent).size).toBe(50)
      expect(sentIds(story)).toEqual(expect.arrayContaining(recent))
      if (mode === 'local') expect(missingIn(story)).toEqual([])

      expect(changesOf(crash, profileId).map(({ type, audience, seq }) => [type, audience, seq])).toEqual([
        ['audience.entered', 'readers', 1],
        ['audience.entered', 'viewers', 2],
        ['audience.entered', 'both', 3],
      ])
      const mergedInto = { profileId, isMember: true }
      expect(changesOf(crash, graph.asked.profileId)).toMatchObject([
        { type: 'audience.entered', audience: 'viewers', seq: 1 },
        { type: 'audience.exited', audience: 'viewers', seq: 2, cause: 'merge', mergedInto },
      ])
    })
  })
