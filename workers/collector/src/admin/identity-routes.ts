import { isObject } from '@spartito/protocol'
import { Hono } from 'hono'
import { type AdminApp, problem } from './problem.ts'
import { answerOfVisitor } from './profile-routes.ts'

/** What an administrator decides of identifiers (SPEC AD, ID3). */
export const identityRoutes = new Hono<AdminApp>()

identityRoutes.post('/release', async (c) => {
  const body: unknown = await c.req.json().catch(() => undefined)
  if (!isObject(body) || typeof body.type !== 'string' || typeof body.value !== 'string')
    return c.json(problem('invalid_field', 'name the identifier: {"type": "email", "value": "ada@example.com"}'), 400)
  const { type, value } = body
  return answerOfVisitor(c, { type, value }, async (visitor) => JSON.stringify({ released: await visitor.unblock() }))
})
