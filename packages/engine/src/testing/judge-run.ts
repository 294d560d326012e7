import { type Event, identifierKey } from '@spartito/protocol'
import { parseLedger } from '../visitor/ledger.ts'
import { naive } from './naive.ts'
import { naiveOwnership } from './naive-ownership.ts'
import { audiences, type Run } from './simulate-protocol.ts'
import type { SimulatedVisitor } from './simulated-visitor.ts'

const eventsOf = ({ state, ledger }: SimulatedVisitor): Event[] =>
  (state?.fragments ?? []).flatMap(({ id }) =>
    [...ledger.blocks(id)].flatMap(({ lines }) => parseLedger(lines).map(({ json }) => JSON.parse(json) as Event)),
  )

const isHosting = ({ state }: SimulatedVisitor): boolean => state !== undefined && state.role.kind === 'host'

/** What a run that has come to rest got wrong, by the rules; nothing when all is right. */
export const judgeRun = ({ visitors, sent, calls, shown }: Run): string[] => {
  const wrong: string[] = []
  const byKey = new Map(visitors.map((visitor) => [visitor.key, visitor]))
  const hosts = visitors.filter(isHosting)

  /** The object that hosts for an identifier, by its links. */
  const hostOf = (key: string): string => {
    let at = key
    for (let hops = 0; hops <= visitors.length; hops++) {
      const role = byKey.get(at)?.state?.role
      if (!role || role.kind === 'host') return at
      at = identifierKey(role.to)
    }
    wrong.push(`ID4 ${key}: a cycle of links`)
    return at
  }

  for (const { key, state } of visitors) {
    if (!state) continue
    for (const claim of Object.keys(state.claims)) wrong.push(`ID12 ${key} has not ended ${claim}`)
    if (state.role.kind === 'moving') wrong.push(`ID12 ${key} is still moving`)
    hostOf(key)
  }

  const histories = new Map(
    visitors.flatMap((visitor) =>
      visitor.self.class === 'device' ? [[visitor.key, naiveOwnership(visitor.self, visitor.acts)] as const] : [],
    ),
  )
  const isUnsure = (messageId: string): boolean => [...histories.values()].some(({ unsure }) => unsure.has(messageId))
  const isAstray = (messageId: string): boolean => [...histories.values()].some(({ astray }) => astray.has(messageId))

  // WI9, ID12: each event is in one profile, once.
  const places = new Map<string, string[]>()
  for (const visitor of hosts) {
    const events = eventsOf(visitor)
    for (const { messageId } of events) places.set(messageId, [...(places.get(messageId) ?? []), visitor.key])
    const counted = visitor.state!.fragments.flatMap((its) => Object.values(its.events).map(({ count }) => count))
    const sum = counted.reduce((total, count) => total + count, 0)
    if (sum !== events.length) wrong.push(`ID12 ${visitor.key} counts ${sum} of ${events.length} events`)
  }
  for (const [messageId, { isAcknowledged }] of sent) {
    const at = places.get(messageId) ?? []
    if (at.length > 1 && !isUnsure(messageId)) wrong.push(`WI9 ${messageId} counts at ${at.join(' and ')}`)
    if (isAcknowledged && at.length === 0) wrong.push(`DE1 ${messageId} was acknowledged, and is gone`)
  }

  // ID7–ID9, by what each device's object took in its order.
  for (const visitor of visitors) {
    if (visitor.self.class !== 'device') continue
    const { owners, homes } = histories.get(visitor.key)!
    const its = (visitor.state?.owners ?? []).map(({ owner, since, until }) => ({
      owner: identifierKey(owner),
      since,
      until,
    }))
    if (JSON.stringify(its) !== JSON.stringify(owners))
      wrong.push(`ID7 ${visitor.key} has the owners ${JSON.stringify(its)} and not ${JSON.stringify(owners)}`)
    for (const [messageId, its] of homes) {
      const wanted = [...its].map(hostOf)
      if (isAstray(messageId)) continue
      for (const at of places.get(messageId) ?? [])
        if (!wanted.includes(at)) wrong.push(`ID9 ${messageId} is at ${at} and not at ${wanted.join(' or ')}`)
    }
  }
  // ID7: who has a device no longer claims it again when it is shown there.
  for (const [key, { owners }] of histories) {
    const owner = owners.at(-1)?.until === null ? hostOf(owners.at(-1)!.owner) : undefined
    for (const host of hosts) {
      const known = host.state!.identifiers.find((its) => identifierKey(its) === key)
      if (known && host.key !== owner && host.key !== key && known.lostAt === undefined && !known.isRefused)
        wrong.push(`ID7 ${host.key} believes that it has ${key}, which is ${owner ?? 'nobody'}'s`)
    }
  }
  // ID7–ID9, where each request ended before the next: by what was sent. Who owned a device as a contact and then as a person is two
  // to it, so runs that link contacts are judged by the objects' order alone.
  const hasLinks = visitors.some(({ state }) => state?.role.kind === 'linked')
  for (const [key, acts] of hasLinks ? [] : shown) {
    const { owners, homes, astray } = naiveOwnership(byKey.get(key)!.self, acts)
    const said = JSON.stringify(owners.map(({ owner, until }) => [owner, until === null]))
    const its = (byKey.get(key)!.state?.owners ?? []).map(({ owner, until }) => [identifierKey(owner), until === null])
    if (JSON.stringify(its) !== said) wrong.push(`ID7 ${key} was owned by ${JSON.stringify(its)} and not by ${said}`)
    for (const [messageId, [home]] of [...homes].map(([id, its]) => [id, [...its]] as const))
      for (const at of places.get(messageId) ?? [])
        if (!astray.has(messageId) && at !== hostOf(home!))
          wrong.push(`ID9 ${messageId} is at ${at}, sent it was to ${home}`)
  }

  for (const [messageId, { address }] of sent)
    if (address.class !== 'device')
      for (const at of places.get(messageId) ?? [])
        if (at !== hostOf(identifierKey(address))) wrong.push(`ID4 ${messageId} is at ${at}, whose it is not`)

  // AU6: changes tell the memberships, each once.
  for (const { key, state, changes, self } of visitors) {
    const members = new Set<string>()
    const ids = new Set<string>()
    for (const [place, { id, seq, type, audience }] of changes.entries()) {
      if (seq !== place + 1) wrong.push(`AU6 ${key} has the change ${seq} at place ${place + 1}`)
      if (ids.has(id)) wrong.push(`AU6 ${key} has the change ${id} twice`)
      ids.add(id)
      const isEntry = type === 'audience.entered'
      if (isEntry === members.has(audience)) wrong.push(`AU6 ${key}: ${id} says again what was so`)
      if (isEntry) members.add(audience)
      else members.delete(audience)
    }
    const kept = Object.keys(state?.memberships ?? {}).sort()
    if (kept.join() !== [...members].sort().join()) wrong.push(`AU6 ${key} told ${[...members]} and is in ${kept}`)
    const visitor = byKey.get(identifierKey(self))!
    const events = isHosting(visitor) ? eventsOf(visitor) : []
    const right = audiences
      .filter(({ when }) => events.length > 0 && naive(when, events, state!.now))
      .map(({ id }) => id)
    if (kept.join() !== right.sort().join()) wrong.push(`AU4 ${key} is in ${kept} and not in ${right}`)
  }
  if (calls > 200 * (1 + sent.size)) wrong.push(`ID12 ${calls} messages for ${sent.size} events`)
  return wrong
}
