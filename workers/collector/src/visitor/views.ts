import {
  answerQuestion,
  type Claimant,
  catchUp,
  consentOf,
  explain,
  exportEvents,
  type IdentifierView,
  movedTo,
  ownershipOf,
  type Plan,
  type Question,
  type VisitorState,
  viewExport,
  viewGraph,
  viewIdentifier,
  viewProfile,
} from '@spartito/engine'
import type { Identifier } from '@spartito/protocol'
import { newestEvents } from './newest-events.ts'
import { maxHops } from './requests.ts'
import type { VisitorStore } from './visitor-store.ts'

/** What is asked of the profile that an identifier leads to. */
export type ViewQuestion =
  /** all of it (SPEC AD) */
  | { kind: 'profile' }
  /** why it is in an audience or is not (AU7) */
  | { kind: 'explain'; audience: string }
  /** who is joined to whom; `asked` is what the object of the identifier that was asked for said of it, as JSON */
  | { kind: 'graph'; asked?: string }
  /** what it consents to (DE6), and what a purpose that nobody decided means for it */
  | { kind: 'consents' }
  /** all that is kept of the person but the events (CO8) */
  | { kind: 'export' }
  /** a page of the events, of the profile that this object hosts itself: a profile that moves meanwhile is not read on elsewhere */
  | { kind: 'events'; after: string }
  /** what a page or a server may read (ID11) */
  | Question

interface Host {
  store: VisitorStore
  peer(identifier: Identifier): { view(question: ViewQuestion, hops: number): Promise<string | null> }
  plan(): Promise<Plan>
}

/** Answers questions about a profile at its host, and passes on those that another object hosts. Stores nothing. */
export const createViews = ({ store, peer, plan }: Host) => {
  /** Whom the next event of this identifier would reach; undefined when that is this object. */
  const resolvesTo = async (state: VisitorState): Promise<Claimant | undefined> => {
    const moved = movedTo(state)
    if (moved) return moved
    const { owners } = state
    const now = Date.now()
    return owners && ownershipOf(owners, { id: null, at: now }, (await plan()).contested, now)?.owner
  }

  const answer = async (before: VisitorState, question: ViewQuestion): Promise<unknown> => {
    if (question.kind === 'graph') {
      const asked =
        question.asked === undefined ? viewIdentifier(before) : (JSON.parse(question.asked) as IdentifierView)
      return viewGraph(asked, before)
    }
    if (before.fragments.length === 0) return null
    if (question.kind === 'consents') return { consent: consentOf(before.fragments), policy: before.policy }
    if (question.kind === 'events') return exportEvents(before, store, question.after)
    if (question.kind === 'profile') return viewProfile(before, newestEvents(store))
    const current = await plan()
    const state = store.state ?? before
    // As of now, which stores nothing: what is due is taken by its alarm.
    const now = Math.max(state.now, Date.now())
    const upToDate = catchUp(state, current, store, now, now).state
    if (question.kind === 'export') return viewExport(upToDate, current, now, store)
    return question.kind === 'explain'
      ? explain(upToDate, current, question.audience, now, store)
      : answerQuestion(upToDate, current, question)
  }

  return async (question: ViewQuestion, hops: number): Promise<string | null> => {
    const { state } = store
    if (!state || state.erasing) return null
    // What a device has of its own is asked for what it has said of itself, also when somebody owns the device by now.
    const isOwn = question.kind === 'consents' && state.fragments.length > 0
    const to = isOwn ? movedTo(state) : await resolvesTo(state)
    if (to) {
      if (hops >= maxHops || question.kind === 'events') return null
      const isGraph = question.kind === 'graph' && question.asked === undefined
      const passed = isGraph ? { ...question, asked: JSON.stringify(viewIdentifier(state)) } : question
      return peer(to).view(passed, hops + 1)
    }
    const said = (await answer(state, question)) ?? null
    return said === null ? null : JSON.stringify(said)
  }
}
