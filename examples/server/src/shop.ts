import { createServerClient, type ServerClient, type SigningKey, signIdentityToken } from '@spartito/server'

export interface Settings {
  collector: string
  /** the secret key of a source of kind `server` */
  key: string
  /** the source of the shop's pages, and a key of its `identityKeys` */
  source: string
  identityKey: SigningKey
  webhookSecret: string
}

/** Settings as the environment has them. @throws Error that names what is missing */
export const settingsFrom = (env: Record<string, string | undefined>): Settings => {
  const need = (name: string): string => {
    const value = env[name]
    if (!value) throw new Error(`${name} is not set: see examples/server/README.md`)
    return value
  }
  return {
    collector: need('COLLECTOR'),
    key: need('SPARTITO_KEY'),
    source: env.SPARTITO_SOURCE ?? 'web',
    identityKey: { kid: env.IDENTITY_KID ?? 'h1', alg: 'HS256', secret: need('IDENTITY_SECRET') },
    webhookSecret: need('WEBHOOK_SECRET'),
  }
}

export interface Shop {
  spartito: ServerClient
  tokenFor(userId: string): Promise<string>
}

export const openShop = ({ collector, key, source, identityKey }: Settings): Shop => ({
  spartito: createServerClient({ collector, key, onDrop: (dropped) => console.error('not stored:', dropped) }),
  tokenFor: (userId) => signIdentityToken(identityKey, { source, userId }),
})

/** Who is signed in. Your own session belongs here: whoever can write this cookie could be anybody. */
export const signedIn = (cookie: string | null | undefined): string | undefined =>
  /(?:^|;\s*)user=([\w-]+)/.exec(cookie ?? '')?.[1]
