import {
  type Claimant,
  type Counters,
  countersOf,
  forgetMentions,
  hash53,
  isOfBefore,
  leaveAudiences,
  type Revealed,
  reveal,
  revealNothing,
  type Step,
  type Tombstone,
  type VisitorState,
} from '@spartito/engine'
import type { EpochMs, Event } from '@spartito/protocol'
import type { Env } from '../env.ts'
import { keyedMessageHash, keyFor, privacySecret } from '../erasure/privacy-secret.ts'
import type { IngestReply, IngestRequest } from './requests.ts'
import type { VisitorStore } from './visitor-store.ts'

/** What an erasure brings to each object of the person: all of them refuse what any of them had. */
export interface Burial extends Tombstone {
  /** keyed hashes of all messageIds of the person, 11 characters each */
  collected: string
}

/** What an object says that is closed for an erasure. */
export interface Withheld {
  revealed: Revealed
  counters: Counters
  /** keyed hashes of the messageIds that it has */
  collected: string
}

interface Host {
  env: Env
  storage: DurableObjectStorage
  store: VisitorStore
  profileId(self: Claimant): string
  stateFor(self: Claimant): VisitorState
  commit(step: Step): Promise<void>
  /** sends all that the outbox holds, again */
  resend(): Promise<void>
  /** what memory mirrors of the storage is read anew */
  reload(): void
}

/** Nothing is done with it meanwhile; whoever asks comes again. */
const beingErased = (): Error => new Error('this profile is being erased: ask again')

/**
 * What an erasure does to the object of one identifier (SPEC CO7): look, close, leave the audiences, and empty it. Each may be repeated. What
 * is closed takes nothing, so that nothing joins or leaves the person while all their objects are found.
 */
export const createBurial = (host: Host) => {
  const { env, storage, store } = host

  const messageKey = (): string | undefined => {
    const secret = privacySecret(env)
    return secret === undefined ? undefined : keyFor(secret, 'messages')
  }

  const collected = (): string => {
    const key = messageKey()
    if (key === undefined) throw new Error('PRIVACY_SECRET is not set')
    return (
      [...store.hashes()].map((hash) => keyedMessageHash(key, hash)).join('') + (store.tombstone?.collected() ?? '')
    )
  }

  const isWithheldBy = (id: string): boolean => store.state?.erasing?.id === id

  return {
    /** @throws Error while its person is being erased */
    refuse(): void {
      if (store.state?.erasing) throw beingErased()
    },

    /**
     * @param seen the tombstone that was there when the caller began; undefined when there was none
     * @throws Error while its person is being erased, and when it has been emptied since
     */
    refuseSince(seen: Pick<Tombstone, 'erasureId'> | undefined): void {
      if (store.state?.erasing || store.tombstone?.erasureId !== seen?.erasureId) throw beingErased()
    },

    reveal: (self: Claimant): Revealed =>
      store.state ? reveal(store.state) : revealNothing(self, host.profileId(self)),

    /** Closes it. Closed by another erasure, it waits for that one's end. */
    withhold(self: Claimant, id: string, at: EpochMs): Withheld {
      const { tombstone } = store
      if (store.state?.erasing && !isWithheldBy(id)) throw beingErased()
      const before = store.state ?? host.stateFor(self)
      const revealed = store.state ? reveal(store.state) : revealNothing(self, host.profileId(self))
      if (tombstone?.erasureId !== id && !before.erasing) store.commit({ state: { ...before, erasing: { id, at } } })
      return { revealed, counters: countersOf(before), collected: collected() }
    },

    /** It turned out to be not the person's alone: it goes on. */
    resume(id: string): void {
      if (!isWithheldBy(id)) return
      const { erasing: _ended, ...state } = store.state!
      store.commit({ state })
    },

    /**
     * @param isLate somebody should have confirmed by now what it sent: it is sent again, whenever that was planned
     * @returns the exits that were made, and how much of the outbox nobody has confirmed yet
     */
    async leave(id: string, isLate: boolean): Promise<{ exits: number; waiting: number; counters: Counters | null }> {
      if (!isWithheldBy(id)) return { exits: 0, waiting: 0, counters: null }
      const step = leaveAudiences(store.state!, Date.now())
      if (step.changes.length > 0) await host.commit(step)
      else if (isLate && store.outbox.size > 0) await host.resend()
      return { exits: step.changes.length, waiting: store.outbox.size, counters: countersOf(store.state!) }
    },

    /** Empties it, all at once: what stays is the tombstone. @returns what is counted for the receipt */
    async bury({ collected: all, ...tombstone }: Burial): Promise<void> {
      if (store.tombstone?.erasureId === tombstone.erasureId) return
      if (store.state && !isWithheldBy(tombstone.erasureId)) throw beingErased()
      // With what is written before anything is awaited, in one step: the file is made anew.
      const deleted = storage.deleteAll()
      store.bury(tombstone, all)
      await deleted
      await storage.sync()
      host.reload()
    },

    lift(): boolean {
      const { tombstone } = store
      if (!tombstone) return false
      store.lift(Date.now())
      return true
    },

    /** Takes what names these out of somebody else's state. */
    async forgetMentions(keys: readonly string[]): Promise<boolean> {
      if (!store.state || store.state.erasing) return false
      const state = forgetMentions(store.state, new Set(keys))
      if (state === store.state) return false
      store.commit({ state })
      return true
    },

    /** Which of a request's events the tombstone lets come; undefined where there is none, or all may. */
    sift({ events }: IngestRequest): { kept: number[]; gone: NonNullable<IngestReply['gone']> } | undefined {
      const { tombstone } = store
      if (!tombstone) return undefined
      if (tombstone.mode === 'suppress')
        return { kept: [], gone: [{ code: 'suppressed', places: events.map((_event, place) => place) }] }
      const key = messageKey()
      const wasCollected = (messageId: string): boolean =>
        key !== undefined && tombstone.has(keyedMessageHash(key, hash53(messageId)))
      const isGone = events.map((json) => isOfBefore(tombstone, JSON.parse(json) as Event, wasCollected))
      const places = isGone.flatMap((is, place) => (is ? [place] : []))
      if (places.length === 0) return undefined
      return { kept: isGone.flatMap((is, place) => (is ? [] : [place])), gone: [{ code: 'erased', places }] }
    },
  }
}
