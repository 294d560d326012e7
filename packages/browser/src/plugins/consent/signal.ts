import type { Choice, Client } from '@spartito/sdk'
import type { PluginSettings } from '../plugin.ts'

/** Goes with the event that records a decision: at least the proof, as it was received. */
export interface Details {
  readonly proof?: string | undefined
  readonly [detail: string]: unknown
}

/** Where a page's consent comes from, such as its consent management platform. */
export interface Signal {
  /** The visitor has decided. Only what is new on this page is passed on: a signal that repeats undoes nobody else's decision. */
  decide(choice: Choice, details: Details): void
  /**
   * Nobody has decided, and the signal says what that means. A refusal counts where silence would collect (`opt-out`); a grant only where
   * the site says so (`data-consent-implied="grant"`), and never against Global Privacy Control. What was decided stays.
   */
  imply(choice: Choice, details: Details): void
}

/**
 * Runs a plugin's listening; where silence collects, the tag is to wait for the platform's first word before it sends anything, so that
 * who has opted out sends nothing at all. Under `opt-in` it waits for consent in any case.
 *
 * @param listen calls back when the platform has said something, which may be never: the tag waits for 1 s at most
 */
export const beforeFirstEvent = (
  listen: (heard: () => void) => void,
  { consent = 'opt-in' }: PluginSettings = {},
): Promise<undefined> | undefined => {
  const first = new Promise<undefined>((resolve) => listen(() => resolve(undefined)))
  return consent === 'opt-in' ? undefined : first
}

/** @param source names the signal in the record of the decision */
export const createSignal = (client: Client, source: string, settings: PluginSettings = {}): Signal => {
  const { consent, consentImplied, policyVersion } = settings
  const said: Choice = {}

  const pass = (choice: [purpose: string, given: boolean][], details: Details): void => {
    if (choice.length) client.consent(Object.fromEntries(choice), { source, policyVersion, ...details })
  }

  const decide: Signal['decide'] = (choice, details) => {
    const news = Object.entries(choice).filter(([purpose, given]) => said[purpose] !== given)
    Object.assign(said, choice)
    pass(news, details)
  }

  const imply: Signal['imply'] = (choice, details) => {
    const decided = client.consent()
    const counts = (given: boolean): boolean =>
      given ? consentImplied === 'grant' && !navigator.globalPrivacyControl : consent === 'opt-out'
    pass(
      Object.entries(choice).filter(([purpose, given]) => !(purpose in decided) && counts(given)),
      { basis: 'implied', ...details },
    )
  }

  return { decide, imply }
}
