import { isObject } from '@spartito/protocol'
import { escapeControls } from '../terminal/escape-controls.ts'

const text = (value: unknown): string => (typeof value === 'string' ? escapeControls(value) : '')

const clock = (at: unknown): string => (typeof at === 'number' ? new Date(at).toISOString().slice(11, 23) : '')

const nameOf = (event: Record<string, unknown>): string => {
  const type = text(event.type)
  const name = text(event.type === 'track' ? event.event : event.name)
  return name === '' ? type : `${type} "${name}"`
}

const identityOf = ({ userId, anonymousId }: Record<string, unknown>): string =>
  [
    userId === undefined ? '' : `userId=${text(userId)}`,
    anonymousId === undefined ? '' : `anonymousId=${text(anonymousId)}`,
  ]
    .filter((part) => part !== '')
    .join(' ')

/**
 * What the collector showed as one line for people: `12:03:04.123 web accepted track "Product Viewed" anonymousId=…`. Nothing in it moves the
 * cursor or colours the screen.
 */
export const formatLine = (message: string): string => {
  const shown: unknown = JSON.parse(message)
  if (!isObject(shown)) return escapeControls(message)
  if (typeof shown.dropped === 'number') return `… ${shown.dropped} were not shown: this listener could not keep up`
  const event = isObject(shown.event) ? shown.event : {}
  const outcome = [text(shown.outcome), text(shown.code)].filter((part) => part !== '').join(' ')
  const parts = [clock(shown.receivedAt), text(shown.source) || '-', outcome, nameOf(event), identityOf(event)]
  if (shown.message !== undefined) parts.push(`(${text(shown.message)})`)
  return parts.filter((part) => part !== '').join(' ')
}

/** The same as one line of JSON for programs; what JSON leaves as it is and a terminal does not, is escaped. */
export const formatJson = (message: string): string => escapeControls(message)
