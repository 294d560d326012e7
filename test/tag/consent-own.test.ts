import { afterAll, beforeAll } from 'vitest'
import { type Stage, startStage } from './consent/stage.ts'
import { tellStories } from './consent/stories.ts'

let stage: Stage

beforeAll(async () => {
  stage = await startStage()
})

afterAll(() => stage?.end())

tellStories('the visitor’s own word', () => stage, {
  page: {},
  grant: (page) =>
    page.evaluate(() => void window.spartito!.consent!({ analytics: true, marketing: true }, { source: 'settings' })),
  deny: (page) => page.evaluate(() => void window.spartito!.consent!({ analytics: false, marketing: false })),
  record: { source: 'settings' },
})
