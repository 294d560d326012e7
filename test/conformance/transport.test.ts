import { readdir, readFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { createGzip } from 'node:zlib'
import { afterEach, describe, expect, inject, test } from 'vitest'
import { basic, keys } from '../support/keys.ts'
import { collector, countsOf, expectGoodRequest, fresh, postRaw, track } from './wire.ts'

const sockets: Socket[] = []
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy()
})

interface Wire {
  socket: Socket
  /** all that was answered */
  text(): string
  /** whether the collector has closed it */
  isClosed(): boolean
}

/** A connection on which bytes are sent as they are. */
const open = (head: readonly string[]): Wire => {
  const { hostname, port } = new URL(collector)
  const socket = connect({ host: hostname, port: Number(port) })
  sockets.push(socket)
  let text = ''
  let isClosed = false
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString()
  })
  socket.on('close', () => {
    isClosed = true
  })
  socket.on('error', () => undefined)
  const lines = ['POST /v1/track HTTP/1.1', 'host: x', `authorization: ${basic(keys.browser)}`, ...head]
  socket.write(`${lines.join('\r\n')}\r\n\r\n`)
  return { socket, text: () => text, isClosed: () => isClosed }
}

const statusOf = ({ text }: Wire): number => Number(/^HTTP\/1\.1 (\d{3})/.exec(text())?.[1] ?? 0)
const answered = (wire: Wire): Promise<void> => expect.poll(() => statusOf(wire), { timeout: 5_000 }).toBeGreaterThan(0)
const chunk = (text: string): string => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`

describe('WI3 a body that is not what it says', () => {
  test('longer than its content-length: what is cut is not read as an event', async () => {
    const anonymousId = fresh('cut')
    const body = JSON.stringify(track(anonymousId, 'Cut'))
    const wire = open([`content-length: ${body.length - 5}`])
    wire.socket.write(body)
    await answered(wire)
    expect(statusOf(wire)).toBe(400)
    expect(await countsOf(anonymousId)).toEqual({})
    await expectGoodRequest()
  })

  test('shorter, and then the connection ends: nothing of it is stored', async () => {
    const anonymousId = fresh('short')
    const wire = open(['content-length: 5000'])
    wire.socket.write(JSON.stringify(track(anonymousId, 'Short')))
    await wait(100)
    wire.socket.destroy()
    await expectGoodRequest()
    expect(await countsOf(anonymousId)).toEqual({})
  })

  test('larger than allowed by its own word: refused before any of it is sent', async () => {
    const wire = open(['content-length: 100000000'])
    await answered(wire)
    expect(statusOf(wire)).toBe(413)
    await expectGoodRequest()
  })

  test('in pieces without an end: refused once it is too large, while it is sent', async () => {
    const wire = open(['transfer-encoding: chunked'])
    const piece = chunk(' '.repeat(64_000))
    for (let n = 0; n < 100 && statusOf(wire) === 0; n++) {
      wire.socket.write(piece)
      await wait(10)
    }
    await answered(wire)
    expect(statusOf(wire)).toBe(413)
    await expectGoodRequest()
  })

  test('in pieces that break off', async () => {
    const anonymousId = fresh('broken')
    const wire = open(['transfer-encoding: chunked'])
    wire.socket.write(`${chunk(JSON.stringify(track(anonymousId, 'Broken')))}ZZ\r\n`)
    await wait(100)
    wire.socket.end()
    await expectGoodRequest()
    expect(await countsOf(anonymousId)).toEqual({})
  })

  test('so slow that it never ends: a hundred of them hold nobody up', async () => {
    const slow = Array.from({ length: 100 }, () => open(['content-length: 500']))
    for (const { socket } of slow) socket.write('{"anonymousId":"slow"')
    await wait(200)
    await expectGoodRequest()
    expect(slow.filter((wire) => wire.isClosed() || statusOf(wire) >= 500)).toEqual([])
  })
})

/** The most memory that the collector's workerd has ever had, in MB; undefined where there is no /proc. */
const peakMb = async (): Promise<number | undefined> => {
  for (const pid of await readdir('/proc').catch(() => [])) {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
    const isOurs = new RegExp(`^PPid:\\t${inject('collectorPid')}$`, 'm').test(status)
    if (isOurs && status.startsWith('Name:\tworkerd')) return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1_024
  }
  return undefined
}

/** So many MB of zeros, in a thousandth of them. */
const bombOf = async (mb: number): Promise<Uint8Array<ArrayBuffer>> => {
  const gzip = createGzip()
  const block = Buffer.alloc(2 ** 20)
  const chunks: Buffer[] = []
  gzip.on('data', (its: Buffer) => chunks.push(its))
  for (let n = 0; n < mb; n++) await new Promise((resolve) => gzip.write(block, resolve))
  await new Promise((resolve) => gzip.once('end', resolve).end())
  return Uint8Array.from(Buffer.concat(chunks))
}

test('T16 gzip bombs are refused while they are inflated, and memory stays flat', async () => {
  const bomb = await bombOf(150)
  expect(bomb.length).toBeLessThan(200_000)
  await expectGoodRequest()
  const before = await peakMb()
  const told = await Promise.all(Array.from({ length: 8 }, () => postRaw('/v1/batch', bomb)))
  for (const one of told) expect(one).toMatchObject({ status: 413, body: { code: 'too_large_batch' } })
  // Inflated whole they are 1,200 MB.
  if (before !== undefined) expect((await peakMb())! - before).toBeLessThan(150)
  await expectGoodRequest()
})
