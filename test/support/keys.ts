/** Keys of runs that live on loopback for minutes; nothing they open outlives them. */
export const keys = {
  browser: 'wk_test_of_a_browser',
  server: 'sk_test_of_a_server_source',
  admin: 'at_test_of_an_administrator',
  reader: 'rt_test_of_a_reader',
  webhook: `whsec_${Buffer.from('the secret of a test webhook').toString('base64')}`,
} as const

/** What a client sends as `authorization`: its write key as the Basic user name (SPEC WI2). */
export const basic = (writeKey: string): string => `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`
