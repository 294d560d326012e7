import { signIdentityToken } from '@spartito/server'
import { signedIn } from '../spartito'

export const GET = async (request: Request): Promise<Response> => {
  const userId = signedIn(request)
  if (!userId) return new Response(null, { status: 401 })
  const key = { kid: 'h1', alg: 'HS256', secret: process.env.IDENTITY_SECRET! } as const
  return Response.json({ userId, token: await signIdentityToken(key, { source: 'web', userId }) })
}
