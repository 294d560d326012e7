import { describe, expect, test } from 'vitest'
import { guardUrl } from './guard-url.ts'

/** Hosts, and the part of the refusal that says why; all by https. */
const refusedHosts: [host: string, says: string][] = [
  // this machine, however it is written
  ['localhost', 'machine itself'],
  ['LOCALHOST', 'machine itself'],
  ['localhost.', 'machine itself'],
  ['shop.localhost', 'machine itself'],
  ['127.0.0.1', 'machine itself'],
  ['127.0.0.1.', 'machine itself'],
  ['127.1', 'machine itself'],
  ['127.0.1', 'machine itself'],
  ['127.255.255.254', 'machine itself'],
  ['2130706433', 'machine itself'],
  ['0x7f000001', 'machine itself'],
  ['0x7f.1', 'machine itself'],
  ['0X7F.0.0.0x1', 'machine itself'],
  ['017700000001', 'machine itself'],
  ['0177.0.0.1', 'machine itself'],
  ['0177.0x0.0.01', 'machine itself'],
  ['%31%32%37.0.0.1', 'machine itself'],
  ['①②⑦.⓪.⓪.①', 'machine itself'],
  ['127。0。0。1', 'machine itself'],
  ['１２７.0.0.1', 'machine itself'],
  ['[::1]', 'machine itself'],
  ['[0:0:0:0:0:0:0:1]', 'machine itself'],
  ['[0000::0001]', 'machine itself'],
  ['ｌｏｃａｌｈｏｓｔ', 'machine itself'],
  // IPv4 that is not public
  ['0', 'unspecified'],
  ['0.0.0.0', 'unspecified'],
  ['0.1.2.3', 'unspecified'],
  ['10.0.0.1', 'private'],
  ['10.255.255.255', 'private'],
  ['012.0.0.1', 'private'],
  ['167772161', 'private'],
  ['172.16.0.1', 'private'],
  ['172.31.255.255', 'private'],
  ['192.168.1.1', 'private'],
  ['0xc0a80101', 'private'],
  ['192.168.257', 'private'],
  ['169.254.169.254', 'linkLocal'],
  ['0xa9.0xfe.0xa9.0xfe', 'linkLocal'],
  ['2852039166', 'linkLocal'],
  ['0251.0376.0251.0376', 'linkLocal'],
  ['100.64.0.1', 'carrierGradeNat'],
  ['100.127.255.255', 'carrierGradeNat'],
  ['192.0.0.8', 'reserved'],
  ['192.0.2.1', 'reserved'],
  ['198.51.100.7', 'reserved'],
  ['203.0.113.9', 'reserved'],
  ['198.18.0.1', 'reserved'],
  ['198.19.255.255', 'reserved'],
  ['192.88.99.1', 'reserved'],
  ['224.0.0.1', 'multicast'],
  ['239.255.255.255', 'multicast'],
  ['240.0.0.1', 'reserved'],
  ['255.255.255.255', 'broadcast'],
  // IPv6 that is not public, or leads to IPv4
  ['[::]', 'unspecified'],
  ['[::ffff:127.0.0.1]', 'ipv4Mapped'],
  ['[::ffff:7f00:1]', 'ipv4Mapped'],
  ['[::ffff:169.254.169.254]', 'ipv4Mapped'],
  ['[::ffff:8.8.8.8]', 'ipv4Mapped'],
  ['[::127.0.0.1]', 'not of the public internet'],
  ['[::ffff:0:127.0.0.1]', 'rfc6145'],
  ['[64:ff9b::127.0.0.1]', 'rfc6052'],
  ['[64:ff9b:1::10.0.0.1]', 'rfc6052'],
  ['[2002:7f00:1::]', '6to4'],
  ['[2002:c0a8:101::1]', '6to4'],
  ['[2001:0:4136:e378:8000:63bf:3fff:fdd2]', 'teredo'],
  ['[2001:db8::1]', 'reserved'],
  ['[2001:2::1]', 'benchmarking'],
  ['[3fff::1]', 'reserved'],
  ['[100::1]', 'discard'],
  ['[fc00::1]', 'uniqueLocal'],
  ['[fd12:3456:789a::1]', 'uniqueLocal'],
  ['[fe80::1]', 'linkLocal'],
  ['[fec0::1]', 'deprecatedSiteLocal'],
  ['[ff02::1]', 'multicast'],
  ['[4000::1]', 'not of the public internet'],
  // names of networks of one's own
  ['printer.local', '.local'],
  ['metadata.google.internal', '.internal'],
  ['metadata.google.internal.', '.internal'],
  ['db.internal..', '.internal'],
  ['router.home.arpa', '.home.arpa'],
  ['wiki.intranet', '.intranet'],
  ['nas.lan', '.lan'],
  ['box.localdomain', '.localdomain'],
  ['vault', 'without a dot'],
  ['vault.', 'without a dot'],
]

const allowed = [
  'https://hooks.example/spartito',
  'https://hooks.example:443/spartito',
  'https://hooks.example:8443/spartito?a=b#c',
  'https://HOOKS.Example./x',
  'https://bücher.example/x',
  'https://8.8.8.8/x',
  'https://172.15.0.1/x',
  'https://172.32.0.1/x',
  'https://100.128.0.1/x',
  'https://[2606:4700::1111]/x',
  'https://localhost.example/x',
  'https://mylocal/x'.replace('mylocal', 'my.local.example'),
]

const refusedUrls: [url: string, says: string][] = [
  ['http://hooks.example/x', 'plain http'],
  ['ftp://hooks.example/x', 'https URL'],
  ['file:///etc/passwd', 'https URL'],
  ['javascript:alert(1)', 'https URL'],
  ['hooks.example/x', 'whole URL'],
  ['//hooks.example/x', 'whole URL'],
  ['', 'whole URL'],
  ['https://', 'whole URL'],
  ['https://user@hooks.example/x', 'user'],
  ['https://user:pass@hooks.example/x', 'user'],
  ['https://@hooks.example/x', 'user'],
  ['https://hooks.example\\@127.0.0.1/x', 'backslash'],
  ['https://hooks.example@127.0.0.1/x', 'user'],
  ['https://hooks.example:22/x', 'port 443'],
  ['https://hooks.example:80/x', 'port 443'],
  ['https://hooks.example/a b', 'no space'],
  ['https://hooks.exa\nmple/x', 'no space'],
  ['https://hooks.exa\tmple/x', 'no space'],
  ['https://hooks.example/\u0000', 'no space'],
  [' https://hooks.example/x', 'no space'],
  ['https://[fe80::1%25eth0]/x', 'whole URL'],
  ['https://256.1.1.1/x', 'whole URL'],
  ['https://1.2.3.4.5/x', 'whole URL'],
  [`https://hooks.example/${'x'.repeat(2_048)}`, '2048 characters'],
]

const refusalOf = (url: string, isDevelopment = false): string => {
  const guarded = guardUrl(url, isDevelopment)
  return guarded.ok ? 'allowed' : guarded.error
}

describe('DE5 a destination may not send', () => {
  test.each(refusedHosts)('to https://%s', (host, says) => {
    expect(refusalOf(`https://${host}/hook`)).toContain(says)
  })

  test.each(refusedUrls)('to %j', (url, says) => {
    expect(refusalOf(url)).toContain(says)
  })
})

test.each(allowed)('DE5 a destination may send to %s', (url) => {
  expect(refusalOf(url)).toBe('allowed')
})

describe('DE5 in development', () => {
  test.each(['http://127.0.0.1:8080/x', 'http://localhost:3000/x', 'https://localhost/x', 'http://[::1]:9/x'])(
    '%s is allowed',
    (url) => expect(refusalOf(url, true)).toBe('allowed'),
  )

  test.each([
    'http://10.0.0.1/x',
    'http://hooks.example/x',
    'https://169.254.169.254/x',
    'http://0.0.0.0/x',
    'http://[::ffff:127.0.0.1]/x',
  ])('%s is not', (url) => expect(refusalOf(url, true)).not.toBe('allowed'))
})
