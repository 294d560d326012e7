import { DurableObject } from 'cloudflare:workers'
import { type Claimant, identifierSubject } from '@spartito/engine'
import { identifierKey } from '@spartito/protocol'
import { ulid } from 'ulid'
import type { Env } from '../env.ts'
import { within } from '../jurisdiction.ts'
import { readWorkspace } from '../workspace/read-workspace.ts'
import { type KeptErasure, openErasureStore, shownErasure } from './erasure-store.ts'
import { keyedHash, keyFor, privacySecret } from './privacy-secret.ts'
import { askerHash, receiptKey } from './receipt.ts'
import type { Asked, Erasure, ErasureAsk, SignedReceipt, Suppression } from './rpc.ts'
import { runErasure } from './run-erasure.ts'
import { createPublisher, suppressionHash } from './steps/suppress.ts'

const maxIdentifiers = 100
const maxDelayMs = 30 * 86_400_000
const wakeAgainMs = 5_000
/** Erasures that are carried on at a time; those that wait for the lake wait together. */
const atATime = 8
/** What one alarm may take, so that a new instance of the code gets its turn. */
const maxRunMs = 60_000

const noSecret =
  'PRIVACY_SECRET is not set, or is shorter than 32 bytes: npx wrangler secret put PRIVACY_SECRET -c collector/wrangler.jsonc'

/**
 * Conducts erasures (SPEC CO7): each is a row, taken step by step by the one alarm, and repeated where it broke off. It keeps who is
 * suppressed by keyed hashes, and hands out the signed receipts.
 */
export class Erasures extends DurableObject<Env> {
  readonly #store = openErasureStore(this.ctx.storage)
  readonly #publish = createPublisher(this.env, this.#store)
  #running: Promise<void> | undefined

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    // Whatever took the alarm of before: what is under way goes on.
    ctx.blockConcurrencyWhile(() => this.#arm())
  }

  async ask({ identifiers, mode, by, delayMs }: ErasureAsk): Promise<Asked> {
    const secret = privacySecret(this.env)
    if (secret === undefined) return { ok: false, code: 'unavailable', message: noSecret }
    const fault = this.#faultOf({ identifiers, mode, by, delayMs })
    if (fault) return { ok: false, code: 'invalid_field', message: fault }
    // Nobody is erased by who only says that they are: what a person may name is what a token vouched for.
    if (by.kind === 'person' && identifiers.some(({ type, value }) => type !== 'user_id' || value !== by.userId))
      return { ok: false, code: 'unauthorized', message: 'a person may ask for their own user_id alone' }
    const { plan } = await readWorkspace(this.env, Date.now())
    const claimants: Claimant[] = []
    for (const { type, value } of identifiers) {
      const its = plan.identifierTypes.find((known) => known.type === type)?.class
      if (!its || its === 'group')
        return {
          ok: false,
          code: 'invalid_field',
          message: `the workspace has no identifier type "${type}" of a person`,
        }
      claimants.push({ type, value, class: its })
    }
    const subject = keyedHash(keyFor(secret, 'asks'), [mode, ...claimants.map(identifierKey).sort()].join('\n'))
    const known = this.#store.active().find((its) => its.subject === subject)
    if (known) return { ok: true, id: known.id, dueAt: known.dueAt }
    const now = Date.now()
    const erasure: KeptErasure = {
      id: ulid(now),
      state: 'waiting',
      mode,
      askedAt: now,
      dueAt: now + delayMs,
      doneAt: null,
      by: { kind: by.kind, who: askerHash(secret, by.kind === 'admin' ? by.token : by.userId) },
      steps: {},
      waitsFor: null,
      receipt: null,
      subject,
      until: null,
      publishedAt: null,
      retryAt: now + delayMs,
      destinations: [],
    }
    this.#store.add(erasure, secret, claimants)
    await this.#arm()
    return { ok: true, id: erasure.id, dueAt: erasure.dueAt }
  }

  undo(id: string): boolean {
    const erasure = this.#store.read(id)
    if (erasure?.state !== 'waiting') return false
    this.#store.transaction(() => {
      this.#store.keep({ ...erasure, state: 'undone', doneAt: Date.now() })
      this.#store.forgetPerson(id)
    })
    return true
  }

  read(id: string): Erasure | null {
    const erasure = this.#store.read(id)
    return erasure ? shownErasure(erasure) : null
  }

  list(cursor: string | null): { erasures: Erasure[]; next: string | null } {
    const { erasures, next } = this.#store.page(cursor)
    return { erasures: erasures.map(shownErasure), next }
  }

  /** @param hash one alone */
  suppressions(cursor: string | null, hash?: string): { suppressions: Suppression[]; next: string | null } {
    const { suppressions, next } =
      hash === undefined ? this.#store.suppressions(cursor) : { suppressions: this.#store.ofHash(hash), next: null }
    return {
      suppressions: suppressions.map(({ hash, mode, at, erasureId }) => ({ hash, mode, at, erasureId })),
      next,
    }
  }

  /** The hash under which an identifier is listed; null without a secret. */
  hashOf(type: string, value: string): string | null {
    const secret = privacySecret(this.env)
    return secret === undefined ? null : suppressionHash(secret, identifierSubject({ type, value }))
  }

  /** What was suppressed together is lifted together: a person is all of their identifiers. */
  async lift(hash: string): Promise<boolean> {
    const secret = privacySecret(this.env)
    const suppressed = this.#store.ofHash(hash).filter(({ mode }) => mode === 'suppress')
    if (secret === undefined || suppressed.length === 0) return false
    const namespace = within(this.env.VISITOR, this.env.JURISDICTION)
    for (const { erasureId } of suppressed) {
      for (const { object } of this.#store.ofErasure(erasureId))
        if (object !== null) await namespace.get(namespace.idFromString(object)).lift()
      this.#store.lift(erasureId, Date.now())
    }
    await this.#publish(secret)
    return true
  }

  /** Whoever keeps it can check a receipt without asking anybody; null without a secret. */
  async receiptKey(): Promise<SignedReceipt['publicKey'] | null> {
    const secret = privacySecret(this.env)
    return secret === undefined ? null : receiptKey(secret)
  }

  override async alarm(): Promise<void> {
    try {
      this.#running ??= this.#run().finally(() => {
        this.#running = undefined
      })
      await this.#running
      await this.#arm()
    } catch (error) {
      // An alarm that throws is tried seven times and then lost; this one never throws.
      console.error(JSON.stringify({ at: 'erasures.alarm', error: (error as Error).name }))
      await this.ctx.storage.setAlarm(Date.now() + wakeAgainMs)
    }
  }

  async #run(): Promise<void> {
    const secret = privacySecret(this.env)
    if (secret === undefined) return
    const until = Date.now() + maxRunMs
    const due = this.#store.active().filter(({ retryAt }) => retryAt <= Date.now())
    const left = due.values()
    const follow = async (): Promise<void> => {
      for (const { id } of left) {
        if (Date.now() > until) return
        await runErasure(id, { env: this.env, store: this.#store, secret, publish: this.#publish })
      }
    }
    await Promise.all(Array.from({ length: atATime }, follow))
  }

  async #arm(): Promise<void> {
    const next = Math.min(...this.#store.active().map(({ retryAt }) => retryAt))
    if (next !== Number.POSITIVE_INFINITY) await this.ctx.storage.setAlarm(Math.max(next, Date.now()))
  }

  #faultOf({ identifiers, mode, delayMs }: ErasureAsk): string | undefined {
    if (mode !== 'erase' && mode !== 'suppress') return 'mode must be "erase" or "suppress"'
    if (identifiers.length === 0 || identifiers.length > maxIdentifiers)
      return `name 1 to ${maxIdentifiers} identifiers of one person`
    if (!Number.isFinite(delayMs) || delayMs < 0 || delayMs > maxDelayMs) return 'the delay must be 0 to 30 days'
    return undefined
  }
}
