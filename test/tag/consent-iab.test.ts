import type { Page } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'
import { platforms, tcStringOf } from './consent/platforms.ts'
import { type Stage, startStage } from './consent/stage.ts'
import { tellStories } from './consent/stories.ts'

interface PlatformWindow {
  cmp: { update(tcString: string | null, isAsking?: boolean): void }
  optOut(section: string, fields: Record<string, number>): void
}

let stage: Stage

beforeAll(async () => {
  stage = await startStage(await platforms())
})

afterAll(() => stage?.end())

const all = tcStringOf([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
const none = tcStringOf([])
const answerTcf = (page: Page, tcString: string | null): Promise<void> =>
  page.evaluate((answer) => (window as unknown as PlatformWindow).cmp.update(answer), tcString)

tellStories('IAB TCF 2.2', () => stage, {
  page: () => ({ plugin: 'tcf', head: '<script src="/tcf-stub.js"></script><script async src="/tcf.js"></script>' }),
  grant: (page) => answerTcf(page, all),
  deny: (page) => answerTcf(page, none),
  record: { source: 'tcf', proof: all, cmpId: 31, cmpVersion: 2 },
})

const answerGpp = (page: Page, value: 1 | 2): Promise<void> =>
  page.evaluate(
    (sale) =>
      (window as unknown as PlatformWindow).optOut('usnat', {
        SaleOptOutNotice: 1,
        SaleOptOut: sale,
        SharingOptOutNotice: 1,
        SharingOptOut: sale,
        TargetedAdvertisingOptOutNotice: 1,
        TargetedAdvertisingOptOut: sale,
      }),
    value,
  )

const optOuts = 'SaleOptOut,SharingOptOut,TargetedAdvertisingOptOut'

tellStories('IAB GPP', () => stage, {
  page: (start) => ({
    plugin: 'gpp',
    head: '<script src="/gpp.js"></script>',
    settings: {
      gppPurposes: `analytics=${optOuts} marketing=${optOuts}`,
      ...(start === 'opt-in' && { consentImplied: 'grant' }),
    },
  }),
  grant: (page) => answerGpp(page, 2),
  deny: (page) => answerGpp(page, 1),
  record: { source: 'gpp', basis: 'implied', cmpId: 31 },
})
