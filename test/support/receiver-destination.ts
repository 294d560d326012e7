import { keys } from './keys.ts'

/** The one destination of a run, told of every audience: a webhook signed with the tests' key. */
export const receiverDestination = (origin: string) => ({
  id: 'receiver',
  type: 'webhook' as const,
  purposes: ['marketing'],
  audiences: '*' as const,
  settings: { url: `${origin}/hook`, secret: keys.webhook },
})
