import type { Answer, Purpose } from '@spartito/protocol'
import type { AnyPlan, Properties, TrackArguments } from './plan.ts'

export type Choice = Record<Purpose, boolean>

/** What is said about a decision on consent, such as `{ source: 'tcf', proof: '<TC string>' }`. */
export interface ConsentDetails extends Properties {
  source?: string | undefined
  policyVersion?: string | number | undefined
  /** what the visitor was shown: the words of the question, or a name for them */
  shown?: string | undefined
  proof?: string | undefined
}

/** What can be listened to, with what the listener is given. */
export interface Topics {
  /** a push to the data layer, and the state right after it */
  push: [item: Properties, state: Properties]
  /** the audiences of this visitor; also at once when they are known */
  audiences: [ids: readonly string[]]
  /** every choice, also made in another tab */
  consent: [choice: Choice]
  /** each answer of the collector */
  answer: [answer: Answer]
}

export interface IdentifyOptions {
  /** a JWT that your server has signed for this user: it makes the identity verified (SPEC ID11) */
  token?: string | undefined
}

/** Every method may be called at any time and never throws. Events are queued before anything else happens to them. */
export interface Client<Plan = AnyPlan> {
  /** Merges each item into the data layer's state; one with an `event` is tracked. Takes Google's and gtag's forms too. */
  push(...items: unknown[]): void
  /** Records what happened. Properties are copied as JSON at once; what is not JSON is dropped and counted. */
  track<Name extends keyof Plan & string>(event: Name, ...rest: TrackArguments<Plan[Name]>): void
  page(name?: string, properties?: Properties): void
  screen(name: string, properties?: Properties): void
  /**
   * Says who the visitor is, from now on until `reset`. A token is kept in this page's memory alone, and goes with its requests while this
   * is the visitor; one that comes later takes its place.
   */
  identify(userId: string | number, traits?: Properties, options?: IdentifyOptions): void
  identify(traits: Properties): void
  group(groupId: string, traits?: Properties): void
  /** Says that `previousId` and `userId` are one, and goes on as `userId`. */
  alias(userId: string, previousId?: string): void
  /** Separates what follows from who was here: new anonymousId and session, no userId. Call it at sign-out. */
  reset(): void
  /**
   * Records a choice by purpose, when it is the first or another one; returns the choice so far, with what silence means.
   *
   * @param details of the decision, as the properties of its event: what took it, under which policy, what proves it. JSON
   */
  consent(choice?: Choice, details?: ConsentDetails): Choice
  /** the exposed audiences that the visitor was in by the last answer, sorted; from the device at first */
  audiences(): readonly string[]
  /** Returns what ends the listening. Listeners that throw are ignored. */
  on<Topic extends keyof Topics>(topic: Topic, listener: (...news: Topics[Topic]) => void): () => void
  /** Calls back once the client runs, after the calls that were made before this one. */
  ready(listener: () => void): void
  /** Deletes all that this device remembers: ids, choice, audiences, queue. What follows is a first visit. */
  forget(): void
  /** Sends what waits; resolves when the queue is empty or a try has failed. Never rejects. */
  flush(): Promise<void>
}
