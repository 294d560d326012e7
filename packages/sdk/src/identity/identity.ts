import type { EpochMs } from '@spartito/protocol'
import { readCampaign } from '@spartito/protocol/campaign'
import type { Choice } from '../client-api.ts'
import type { Ports } from '../ports.ts'

/** What the device remembers of its visitor. */
export interface DeviceState {
  /** grows with each write: of several copies the highest is the newest, whatever the clock did */
  version: number
  anonymousId?: string | undefined
  userId?: string | undefined
  sessionId?: string | undefined
  /** when the last event was, by the device's clock */
  lastSeen?: EpochMs
  campaign?: Record<string, string> | undefined
  consent?: Choice | undefined
  audiences?: string[] | undefined
}

/** A session ends after 30 minutes without an event. */
export const sessionMs = 1_800_000

/** The time of the last event is written at most every 10 s: a cookie write for each event would slow the page. */
export const saveEveryMs = 10_000

export interface Identity {
  /** as this page knows it */
  state(): DeviceState
  /** Takes over the newest copy: of the device's, and the one given. */
  refresh(copy?: string): void
  /** Takes over another device's anonymousId, where this one has none; its own always wins. Throws for what is no JSON. */
  adopt(copy: string): void
  /** Forgets all but a choice, on this page alone. */
  forget(consent: Choice | undefined): void
  /** Reads, overlays, writes: writing what was read earlier would undo other tabs. */
  write(patch?: Partial<DeviceState>): void
  /** the state for an event that happens now, with ids and a session that is alive */
  touch(): DeviceState
}

/** Keeps ids, session and choice in step over page, device and store. Writes nothing of its own accord. */
export const createIdentity = (
  ports: Pick<Ports, 'device' | 'now' | 'landing'>,
  newId: () => string,
  save: (json: string) => void,
): Identity => {
  let known: DeviceState = { version: 0 }
  let savedAt = 0

  const state = (): DeviceState => known

  const refresh = (copy?: string): void => {
    for (const json of [...ports.device.read(), copy])
      try {
        const found = JSON.parse(json!) as DeviceState
        if (found.version > known.version) known = found
      } catch {
        // absent, or not ours: the next write heals it
      }
  }

  const adopt = (copy: string): void => {
    known = { anonymousId: (JSON.parse(copy) as DeviceState).anonymousId, ...known }
  }

  const forget = (consent: Choice | undefined): void => {
    // as new as what another tab writes in this instant: a newer copy counts, and would undo it
    known = { version: known.version && known.version + 1, consent }
  }

  const write = (patch?: Partial<DeviceState>): void => {
    refresh()
    savedAt = ports.now()
    known = { ...known, ...patch, version: known.version + 1 }
    const json = JSON.stringify(known)
    ports.device.write(JSON.stringify({ ...known, audiences: undefined }), json)
    save(json)
  }

  const touch = (): DeviceState => {
    const at = ports.now()
    const isDue = at - savedAt > saveEveryMs
    if (isDue) refresh()
    const { anonymousId = newId(), sessionId, lastSeen = 0 } = known
    known.lastSeen = at
    // without an id: another tab has just forgotten the visitor
    if (!known.anonymousId || !sessionId || at - lastSeen > sessionMs)
      write({ anonymousId, sessionId: newId(), campaign: readCampaign(ports.landing) })
    else if (isDue) write()
    return known
  }

  return { state, refresh, adopt, forget, write, touch }
}
