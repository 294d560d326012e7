import { change, event, exited } from '../testing/deliveries.ts'
import type { Example } from '../testing/example.ts'

const settings = {
  customerId: '1234567890',
  loginCustomerId: '9876543210',
  userLists: { buyers: '7001' },
  clientId: 'x.apps.googleusercontent.com',
  clientSecret: { env: 'GOOGLE_CLIENT_SECRET' },
  refreshToken: { env: 'GOOGLE_REFRESH_TOKEN' },
  acceptsCustomerMatchTerms: true,
  consent: { adUserData: 'granted', adPersonalization: 'granted' },
}
const secrets = { clientSecret: 'c', refreshToken: 'r', accessToken: 'ya29.x' }
const headers = { 'content-type': 'application/json', authorization: 'Bearer ya29.x' }
const destinations = [
  {
    operatingAccount: { accountType: 'GOOGLE_ADS', accountId: '1234567890' },
    loginAccount: { accountType: 'GOOGLE_ADS', accountId: '9876543210' },
    productDestinationId: '7001',
  },
]

/** SHA-256 of `john_smith@gmail.com`, which has no dots to lose, and of `+16505551212`. */
const john = {
  userData: {
    userIdentifiers: [
      { emailAddress: '62a14e44f765419d10fea99367361a727c12365e2520f32218d505ed9aa0f62f' },
      { phoneNumber: '1e231c66011e7a2d867a9cfae267a6aff103cf4913640b6e71a99850fc0ffbc8' },
    ],
  },
}
/** SHA-256 of `cloudysanfrancisco@gmail.com`, as Google's own example of the form. */
const cloudy = {
  userData: {
    userIdentifiers: [{ emailAddress: '223ebda6f6889b1494551ba902d9d381daf2f642bae055888e96343d53e9f9c4' }],
  },
}

export const googleAdsExamples: Example[] = [
  {
    name: 'adds members to a user list',
    settings,
    secrets,
    deliveries: [
      change(),
      change({
        profileId: 'p2',
        id: 'p2:buyers:1',
        identifiers: [{ type: 'email', value: 'cloudy.sanfrancisco+shopping@gmail.com' }],
      }),
    ],
    request: {
      method: 'POST',
      url: 'https://datamanager.googleapis.com/v1/audienceMembers:ingest',
      headers,
      body: {
        destinations,
        audienceMembers: [john, cloudy],
        consent: { adUserData: 'CONSENT_GRANTED', adPersonalization: 'CONSENT_GRANTED' },
        termsOfService: { customerMatchTermsOfServiceStatus: 'ACCEPTED' },
        encoding: 'HEX',
      },
    },
    answers: [
      {
        status: 200,
        body: '{"requestId":"x"}',
        attempts: [
          { outcome: 'delivered', status: 200 },
          { outcome: 'delivered', status: 200 },
        ],
      },
      {
        status: 401,
        attempts: Array.from({ length: 2 }, () => ({
          outcome: 'failed' as const,
          reason: 'Google did not take the access token',
          status: 401,
        })),
      },
      {
        status: 400,
        attempts: Array.from({ length: 2 }, () => ({
          outcome: 'failed' as const,
          reason: 'the endpoint answered 400',
          status: 400,
          isAlone: true as const,
        })),
      },
    ],
  },
  {
    name: 'removes a member',
    settings,
    secrets,
    deliveries: [exited()],
    request: {
      method: 'POST',
      url: 'https://datamanager.googleapis.com/v1/audienceMembers:remove',
      headers,
      body: { destinations, audienceMembers: [john], encoding: 'HEX' },
    },
  },
  {
    name: 'has a test validated, and nobody added',
    settings: { ...settings, consent: undefined },
    secrets,
    deliveries: [{ ...change(), isTest: true }],
    request: {
      method: 'POST',
      url: 'https://datamanager.googleapis.com/v1/audienceMembers:ingest',
      headers,
      body: {
        destinations,
        audienceMembers: [john],
        termsOfService: { customerMatchTermsOfServiceStatus: 'ACCEPTED' },
        encoding: 'HEX',
        validateOnly: true,
      },
    },
  },
  {
    name: 'skips an audience without a list',
    settings,
    deliveries: [change({ audience: 'others' })],
    skip: 'the settings name no user list for others',
  },
  {
    name: 'skips a profile without contacts',
    settings,
    deliveries: [change({ identifiers: [] })],
    skip: 'the profile has neither an e-mail address nor a telephone number',
  },
  {
    name: 'leaves in whom another profile keeps in',
    settings,
    deliveries: [exited({ cause: 'merge', mergedInto: { profileId: 'p2', isMember: true } })],
    skip: 'the person is still a member, by the profile that this one went up in',
  },
  { name: 'skips events', settings, deliveries: [event()], skip: 'Customer Match takes members, no events' },
]
