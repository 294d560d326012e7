import { createServerClient, type Profile, type SigningKey, signIdentityToken, verifyWebhook } from '@spartito/server'
import type { Spool } from '@spartito/server/spool'

/** What a runtime is asked to do. JSON. */
export interface Asked {
  collector: string
  key: string
  userId: string
  /** whose link is asked for */
  anonymousId: string
  signingKeys: SigningKey[]
  /** a webhook as it came, and the secret that it was signed with */
  webhook: { text: string; headers: Record<string, string>; secret: string }
}

/** What came of it. JSON. */
export interface Told {
  messageIds: (string | undefined)[]
  delays: number
  drops: string[]
  /** how many events were left at the end */
  left: number
  profile?: Profile | undefined
  tokens: string[]
  link: string
  webhooks: [good: boolean, forged: boolean]
}

/** All that the client for servers does, once, in whatever runtime this is. */
export const story = async (asked: Asked, spool?: Spool): Promise<Told> => {
  const { collector, key, userId, anonymousId, webhook } = asked
  const drops: string[] = []
  let delays = 0
  const client = createServerClient({
    collector,
    key,
    flushAfterMs: 5,
    onDelay: () => delays++,
    onDrop: ({ code }) => drops.push(code),
    ...(spool && { spool }),
  })
  const messageIds = await Promise.all([
    client.identify({ userId, traits: { plan: 'pro', name: 'Adà' } }),
    client.track({ userId, event: 'Order Completed', properties: { revenue: 12.5 } }),
    client.track({ userId, event: 'Order Completed', properties: { revenue: 7 } }),
    client.page({ userId, name: 'Home' }),
    client.track({ userId, event: 'Broken', properties: { n: 1n } as never }),
  ])
  const left = await client.close(15_000)
  return {
    messageIds,
    delays,
    drops,
    left,
    profile: await client.profile('user_id', userId).catch(() => undefined),
    tokens: await Promise.all(
      asked.signingKeys.map((signingKey) => signIdentityToken(signingKey, { source: 'web', userId })),
    ),
    link: await client.link('https://other.example/', { anonymousId, source: 'web', userAgent: 'A Browser' }),
    webhooks: [
      verifyWebhook(webhook.text, webhook.headers, webhook.secret).ok,
      verifyWebhook(`${webhook.text} `, webhook.headers, webhook.secret).ok,
    ],
  }
}
