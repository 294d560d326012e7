import fc from 'fast-check'
import { expect, test } from 'vitest'
import { guardUrl } from './guard-url.ts'

type Bytes = readonly [number, number, number, number]

/** IANA's special registry by hand, as a second opinion: the first bytes of a range, and its length in bits. */
const special: [bytes: Bytes, bits: number][] = [
  [[0, 0, 0, 0], 8],
  [[10, 0, 0, 0], 8],
  [[100, 64, 0, 0], 10],
  [[127, 0, 0, 0], 8],
  [[169, 254, 0, 0], 16],
  [[172, 16, 0, 0], 12],
  [[192, 0, 0, 0], 24],
  [[192, 0, 2, 0], 24],
  [[192, 31, 196, 0], 24],
  [[192, 52, 193, 0], 24],
  [[192, 88, 99, 0], 24],
  [[192, 168, 0, 0], 16],
  [[192, 175, 48, 0], 24],
  [[198, 18, 0, 0], 15],
  [[198, 51, 100, 0], 24],
  [[203, 0, 113, 0], 24],
  [[224, 0, 0, 0], 4],
  [[240, 0, 0, 0], 4],
]

const numberOf = (bytes: readonly number[]): number => bytes.reduce((sum, byte) => sum * 256 + byte, 0)

const isSpecial = (bytes: Bytes): boolean =>
  special.some(([range, bits]) => Math.floor(numberOf(bytes) / 2 ** (32 - bits)) === numberOf(range) / 2 ** (32 - bits))

const radix = fc.constantFrom<(n: number) => string>(
  (n) => String(n),
  (n) => `0${n.toString(8)}`,
  (n) => `0x${n.toString(16)}`,
  (n) => `0X000${n.toString(16).toUpperCase()}`,
)

/** A dot, as names in other scripts have it too. */
const dot = fc.constantFrom('.', '。', '．', '%2e')

/** An address in one of its spellings: one to four numbers, each in a base of its own, the last one taking what is left. */
const spelt = (bytes: Bytes): fc.Arbitrary<string> =>
  fc
    .tuple(fc.integer({ min: 1, max: 4 }), fc.tuple(radix, radix, radix, radix), dot, fc.constantFrom('', '.'))
    .map(([parts, write, separator, end]) => {
      const numbers = [...bytes.slice(0, parts - 1), numberOf(bytes.slice(parts - 1))]
      return `${numbers.map((n, i) => write[i]!(n)).join(separator)}${end}`
    })

const byte = fc.integer({ min: 0, max: 255 })
const anywhere = fc.tuple(byte, byte, byte, byte)
/** Within a special range, or right beside it, where a mistake would be. */
const nearSpecial = fc
  .tuple(fc.constantFrom(...special), fc.constantFrom(-1, 0, 1, 255), fc.boolean())
  .map(([[range, bits], offset, isEnd]): Bytes => {
    const at = (numberOf(range) + (isEnd ? 2 ** (32 - bits) : 0) + offset + 2 ** 32) % 2 ** 32
    return [24, 16, 8, 0].map((shift) => Math.floor(at / 2 ** shift) % 256) as unknown as Bytes
  })

test('DE5 an IPv4 address is judged by what it is, however it is spelt', () => {
  const address = fc.oneof(anywhere, nearSpecial).chain((bytes) => spelt(bytes).map((host) => ({ bytes, host })))
  fc.assert(
    fc.property(address, ({ bytes, host }) => {
      expect(guardUrl(`https://${host}/hook`).ok).toBe(!isSpecial(bytes))
    }),
    { numRuns: 3_000 },
  )
})

test('DE5 an IPv6 address that holds an IPv4 address leads nowhere, whichever it is', () => {
  const holding = fc.constantFrom(
    (hex: string) => `::ffff:${hex}`,
    (hex: string) => `::${hex}`,
    (hex: string) => `::ffff:0:${hex}`,
    (hex: string) => `64:ff9b::${hex}`,
    (hex: string) => `64:ff9b:1::${hex}`,
    (hex: string) => `2002:${hex}::1`,
    (hex: string) => `2001:0:${hex}::1`,
    (hex: string) => `fe80::${hex}`,
    (hex: string) => `fd00::${hex}`,
  )
  fc.assert(
    fc.property(anywhere, holding, ([a, b, c, d], write) => {
      const hex = `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`
      expect(guardUrl(`https://[${write(hex)}]/hook`).ok).toBe(false)
    }),
    { numRuns: 1_000 },
  )
})
