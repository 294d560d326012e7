import { describe, expect, test } from 'vitest'
import { keys } from '../support/keys.ts'
import { moreKeys } from './conformance-workspace.ts'
import { collector, countsOf, fresh, profileOf } from './wire.ts'

const load = async (
  path: string,
): Promise<{ status: number; code: string | null; bytes: Uint8Array; type: string | null }> => {
  const response = await fetch(`${collector}${path}`)
  return {
    status: response.status,
    code: response.headers.get('x-spartito-code'),
    bytes: new Uint8Array(await response.arrayBuffer()),
    type: response.headers.get('content-type'),
  }
}

const query = (fields: Record<string, string>): string => new URLSearchParams(fields).toString()
const inBase64 = (event: object): string => encodeURIComponent(Buffer.from(JSON.stringify(event)).toString('base64'))

describe('WI1 the pixel', () => {
  test.each<[form: string, path: (anonymousId: string, messageId: string) => string]>([
    [
      'by its query',
      (anonymousId, messageId) =>
        `/pixel?${query({ writeKey: keys.browser, event: 'Email Opened', anonymousId, messageId, campaign: 'May' })}`,
    ],
    [
      'in RudderStack’s form',
      (anonymousId, messageId) =>
        `/pixel/v1/track?${query({ writeKey: keys.browser, event: 'Email Opened', anonymousId, messageId, campaign: 'May' })}`,
    ],
    [
      'in Segment’s form',
      (anonymousId, messageId) =>
        `/v1/pixel/track?data=${inBase64({ writeKey: keys.browser, event: 'Email Opened', anonymousId, messageId, properties: { campaign: 'May' } })}`,
    ],
  ])('stores an event once, %s', async (_form, path) => {
    const [anonymousId, messageId] = [fresh('device'), fresh('message')]
    for (let times = 0; times < 2; times++) {
      const { status, bytes, type } = await load(path(anonymousId, messageId))
      expect({ status, type, start: String.fromCharCode(...bytes.slice(0, 6)) }).toEqual({
        status: 200,
        type: 'image/gif',
        start: 'GIF89a',
      })
    }
    expect(await countsOf(anonymousId)).toEqual({ 'Email Opened': 1 })
    const [kept] = (await profileOf(anonymousId))!.recent as { properties: object; context?: object }[]
    expect(kept!.properties).toEqual({ campaign: 'May' })
    // Who loads it is a mail program or its proxy.
    expect(kept!.context ?? {}).not.toHaveProperty('browser')
  })

  test('names the campaign of a mail', async () => {
    const anonymousId = fresh('device')
    await load(
      `/pixel?${query({ writeKey: keys.browser, event: 'Email Opened', anonymousId, utm_source: 'mail', utm_campaign: 'May' })}`,
    )
    const [kept] = (await profileOf(anonymousId))!.recent
    expect(kept!.context).toMatchObject({ campaign: { source: 'mail', name: 'May' } })
  })

  test.each<[fault: string, path: string, status: number, code: string]>([
    ['without a key', '/pixel?event=x&anonymousId=a', 401, 'unknown_write_key'],
    ['an unknown key', '/pixel?event=x&anonymousId=a&writeKey=wk_unknown_1', 401, 'unknown_write_key'],
    ['a source that is off', `/pixel?event=x&anonymousId=a&writeKey=${moreKeys.disabled}`, 403, 'source_disabled'],
    ['without an event', `/pixel?anonymousId=a&writeKey=${keys.browser}`, 400, 'missing_event_name'],
    ['nobody', `/pixel?event=x&writeKey=${keys.browser}`, 400, 'missing_identity'],
    ['a type that is none', `/pixel/dance?event=x&anonymousId=a&writeKey=${keys.browser}`, 400, 'unknown_type'],
    ['data that is no base64', `/v1/pixel/track?data=%%%&writeKey=${keys.browser}`, 400, 'invalid_json'],
    ['data that is no object', `/v1/pixel/track?data=${inBase64([1])}`, 400, 'invalid_json'],
  ])('%s is told by status and header, and is an image still', async (_fault, path, status, code) => {
    const answer = await load(path)
    expect({ ...answer, bytes: answer.bytes.length }).toEqual({ status, code, bytes: 42, type: 'image/gif' })
  })
})
