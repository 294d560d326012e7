import { visitorOf } from '@spartito/server'
import { after } from 'next/server'
import { signedIn, spartito } from '../spartito'

export const POST = async (request: Request): Promise<Response> => {
  const userId = signedIn(request)
  const visitor = visitorOf(request.headers.get('cookie'))
  if (!userId && !visitor) return new Response(null, { status: 401 })
  void spartito().track({
    ...(userId && { userId }),
    ...(visitor && { anonymousId: visitor.anonymousId }),
    event: 'Order Completed',
    properties: await request.json(),
  })
  // where functions end with their answer, such as on Vercel, what waits is sent before
  after(() => spartito().flush())
  return new Response(null, { status: 202 })
}
