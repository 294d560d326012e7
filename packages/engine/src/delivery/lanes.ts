import type { EpochMs } from '@spartito/protocol'

/** A delivery that waits, as far as its turn depends on it. */
export interface Waiting {
  id: string
  /** those of one lane go one after the other: of a profile its changes, and its events */
  lane: string
  /** of changes their `seq`, of events their time of receipt */
  order: number
  takenAt: EpochMs
  dueAt: EpochMs
  /** that failed */
  attempts: number
}

const isBefore = (a: Waiting, b: Waiting): boolean => a.order < b.order || (a.order === b.order && a.id < b.id)

/**
 * Whose turn it is (SPEC DE2): of each lane only the first is tried, and one at a time. Who waits is held by nobody but those before
 * it in its lane.
 */
export const createLanes = <T extends Waiting>() => {
  const lanes = new Map<string, T[]>()
  const busy = new Set<string>()
  /** lanes whose first may be due; what is not is found again by `wake` */
  let ready: string[] = []
  let size = 0

  return {
    size: () => size,

    add(one: T): void {
      const lane = lanes.get(one.lane) ?? []
      let place = lane.length
      while (place > 0 && isBefore(one, lane[place - 1]!)) place--
      // What is under way stays first, also before an older one that comes meanwhile.
      if (place === 0 && busy.has(one.lane)) place = 1
      lane.splice(place, 0, one)
      lanes.set(one.lane, lane)
      size++
      if (place === 0) ready.push(one.lane)
    },

    /** How many lanes may be begun, of those that are known to be ready. @param max more are not counted */
    due(max: number, now: EpochMs): number {
      let due = 0
      for (const lane of ready) {
        const first = lanes.get(lane)?.[0]
        if (first && first.dueAt <= now && !busy.has(lane) && ++due >= max) break
      }
      return due
    },

    /** The first of up to `max` lanes that are due; they are under way until `settle` or `release`. */
    begin(max: number, now: EpochMs): T[] {
      const begun: T[] = []
      let looked = 0
      for (; looked < ready.length && begun.length < max; looked++) {
        const first = lanes.get(ready[looked]!)?.[0]
        if (!first || first.dueAt > now || busy.has(first.lane)) continue
        busy.add(first.lane)
        begun.push(first)
      }
      ready = ready.slice(looked)
      return begun
    },

    /** It is done: the next one of its lane may be tried. */
    settle(one: T): void {
      busy.delete(one.lane)
      const lane = (lanes.get(one.lane) ?? []).filter(({ id }) => id !== one.id)
      const isGone = lane.length < (lanes.get(one.lane)?.length ?? 0)
      if (isGone) size--
      if (lane.length === 0) lanes.delete(one.lane)
      else {
        lanes.set(one.lane, lane)
        ready.push(one.lane)
      }
    },

    /** It is to be tried again at its new `dueAt`. An older one that came meanwhile goes first. */
    release(one: T): void {
      busy.delete(one.lane)
      lanes.get(one.lane)?.sort((a, b) => (isBefore(a, b) ? -1 : 1))
      ready.push(one.lane)
    },

    /** Looks at all lanes again. @returns whether one is due, and when the next one will be; undefined when none waits longer than now */
    wake(now: EpochMs): { isDue: boolean; next: EpochMs | undefined } {
      let next: EpochMs | undefined
      let isDue = false
      ready = []
      for (const [lane, [first]] of lanes) {
        if (busy.has(lane)) continue
        ready.push(lane)
        if (first!.dueAt <= now) isDue = true
        else next = Math.min(next ?? Number.POSITIVE_INFINITY, first!.dueAt)
      }
      return { isDue, next }
    },

    isUnderWay: ({ lane }: T): boolean => busy.has(lane),

    *all(): Iterable<T> {
      for (const lane of lanes.values()) yield* lane
    },
  }
}

export type Lanes<T extends Waiting> = ReturnType<typeof createLanes<T>>
