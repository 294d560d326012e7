import type { Authorization, Secrets } from '../destination-kind.ts'
import { parseObject } from '../parse-object.ts'

const reasonOf = (error: unknown, status: number): string =>
  error === 'invalid_grant'
    ? 'Google does not know the refresh token any more: make a new one, and set its Worker secret'
    : `Google gave no access token: it answered ${status}`

/** What Google knows an OAuth client and its user by. */
export interface GoogleCredentials {
  clientId: string
  clientSecret: string
  refreshToken: string
}

/**
 * An access token by a refresh token (https://developers.google.com/identity/protocols/oauth2/web-server#offline, read 2026-11-22). That there is
 * none stays worth another try: whoever sets a new refresh token within a day loses nothing.
 */
export const authorizeByGoogle = <S>(
  credentialsOf: (settings: S, secrets: Secrets) => GoogleCredentials,
): Authorization<S> => ({
  request(settings, secrets) {
    const { clientId, clientSecret, refreshToken } = credentialsOf(settings, secrets)
    return {
      method: 'POST',
      url: 'https://oauth2.googleapis.com/token',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        grant_type: 'refresh_token',
        client_id: clientId,
        client_secret: clientSecret,
        refresh_token: refreshToken,
      }).toString(),
    }
  },
  read({ status, body }) {
    const { access_token: token, expires_in: seconds, error } = parseObject(body)
    if (status === 200 && typeof token === 'string' && typeof seconds === 'number')
      return { ok: true, accessToken: token, validMs: seconds * 1_000 }
    return { ok: false, attempt: { outcome: 'failed', reason: reasonOf(error, status), status } }
  },
})
