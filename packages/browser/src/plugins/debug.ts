import type { Client, Properties } from '@spartito/sdk'
import { createPanel } from './debug/panel.ts'
import { readQueue } from './debug/read-queue.ts'
import { readCopies } from './device/known-visitor.ts'
import type { Plugin, PluginSettings } from './plugin.ts'
import { collectorUrl } from './settings/ask-collector.ts'
import { mayCollect } from './settings/may-collect.ts'

/** How often what nobody tells of is looked at again, in ms. */
const lookEveryMs = 1_000

const parse = (json: string | undefined): Properties => {
  try {
    return JSON.parse(json ?? '') ?? {}
  } catch {
    return {}
  }
}

const idIn = (copy: string | undefined): string => {
  if (!copy) return 'none'
  const { version, anonymousId } = parse(copy)
  return `version ${version}\n${anonymousId ?? 'no anonymousId'}`
}

const isEmpty = (value: object): boolean => Object.keys(value).length === 0

const titleOf = (json: string): string => {
  const { type, event, name } = parse(json)
  return [type, event ?? name].filter(Boolean).join(' ')
}

const start = (client: Client, settings: PluginSettings): void => {
  const panel = createPanel('Spartito')
  const consent = panel.part('Consent', true)
  const ids = panel.part('Ids', true)
  const audiences = panel.part('Audiences')
  const queue = panel.part('Queue', true)
  const answers = panel.part('Answers', true)
  const items = panel.part('Data layer: items')
  const state = panel.part('Data layer: state')
  const setup = panel.part('Setup')
  const { writeKey = '' } = settings

  const showConsent = (): void => {
    const isAllowed = mayCollect(client, settings)
    consent.note(isAllowed ? 'collecting' : 'not collecting')
    consent.show({
      choice: isEmpty(client.consent()) ? 'none yet' : client.consent(),
      policy: settings.consent ?? 'opt-in',
      ...(settings.collect && { collect: settings.collect }),
    })
  }

  const showDevice = async (): Promise<void> => {
    showConsent()
    const copies = readCopies()
    const rows = (await readQueue(writeKey)) ?? []
    const stored = new Map(rows)
    const newest = parse(copies.localStorage ?? copies.cookie ?? stored.get('state'))
    ids.note(newest.anonymousId ? '' : 'none')
    ids.show({
      cookie: idIn(copies.cookie),
      localStorage: idIn(copies.localStorage),
      IndexedDB: idIn(stored.get('state')),
      userId: newest.userId ?? 'none',
      session: newest.sessionId ?? 'none',
      campaign: newest.campaign ?? 'none',
    })
    // keys of events are ULIDs; the others are the tag's own
    const events = rows.filter(([key]) => key < ':')
    queue.note(events.length === 1 ? '1 event waits' : `${events.length} events wait`)
    const waiting = Object.fromEntries(events.slice(-20).map(([key, json]) => [key, titleOf(json)]))
    const drops = parse(stored.get('drops'))
    queue.show({ ...waiting, dropped: isEmpty(drops) ? 'none' : drops })
  }

  const ends = [
    client.on('consent', showConsent),
    client.on('audiences', (list) => {
      audiences.note(String(list.length))
      audiences.showJson(list)
    }),
    client.on('answer', (answer) => {
      const { accepted, duplicate, rejected } = answer
      const refused = rejected?.length ?? 0
      const title = `${accepted} accepted, ${duplicate} duplicate, ${refused} rejected`
      answers.add(title, answer, refused ? 'bad' : 'good')
      void showDevice()
    }),
    client.on('push', (item, now) => {
      state.showJson(now)
      if (Object.keys(item).length) items.add(String(item.event ?? Object.keys(item).join(', ')), item)
    }),
  ]
  setup.show({ 'write key': writeKey, collector: collectorUrl('/', settings).origin, ...settings })
  // an item that says nothing: the state so far comes with it
  client.push({})
  void showDevice()
  const timer = setInterval(() => void showDevice(), lookEveryMs)
  panel.onClose(() => {
    clearInterval(timer)
    for (const end of ends) end()
  })
}

/**
 * Shows what the tag does, live, over the page: consent, ids, audiences, queue, the collector's answers, the data layer. It reads, and
 * changes nothing. The tag loads it where the page's address has `spartito_debug`.
 */
const debug: Plugin = (client, settings = {}) => {
  const open = (): void => {
    try {
      start(client, settings)
    } catch (error) {
      // who has asked for the overlay should know why it is missing
      console.warn('spartito: the debug overlay could not start', error)
    }
  }
  if (document.body) open()
  else document.addEventListener('DOMContentLoaded', open, { once: true })
}

export default debug
