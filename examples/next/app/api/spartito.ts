import { createServerClient, type ServerClient } from '@spartito/server'

/** Made at the first request and not while Next builds, which knows no keys. One for each process: Next may load a module more than once. */
const kept = globalThis as { spartito?: ServerClient }

export const spartito = (): ServerClient => {
  kept.spartito ??= createServerClient({ collector: process.env.COLLECTOR!, key: process.env.SPARTITO_KEY! })
  return kept.spartito
}

/** Who is signed in. Your own session belongs here: whoever can write this cookie could be anybody. */
export const signedIn = (request: Request): string | undefined =>
  /(?:^|;\s*)user=([\w-]+)/.exec(request.headers.get('cookie') ?? '')?.[1]
