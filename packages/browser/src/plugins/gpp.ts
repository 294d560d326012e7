import type { Choice } from '@spartito/sdk'
import { readPurposeMap } from './consent/purpose-map.ts'
import { beforeFirstEvent, createSignal } from './consent/signal.ts'
import { whenDefined } from './consent/when-defined.ts'
import type { Plugin } from './plugin.ts'

type Section = Record<string, unknown>

/** What a platform tells its listeners, as far as this reads it (IAB GPP 1.1, CMP API). */
interface GppEvent {
  pingData?: {
    signalStatus?: string
    gppString?: string
    cmpId?: number
    /** by name, such as `usnat`; some platforms give each section as a list of its parts */
    parsedSections?: Record<string, Section | Section[]>
  }
}

const isOptOut = (value: unknown): boolean => value === 1 || value === 'Y' || value === true
const isNoOptOut = (value: unknown): boolean => value === 2 || value === 'N'

/**
 * Takes opt-outs of the United States' laws from a platform of IAB's Global Privacy Platform: one field opted out of, in any of its
 * sections, refuses the purpose. The GPP string is the proof. Not to have opted out is silence; taking an opt-out back is a decision.
 */
const gpp: Plugin = (client, settings) => {
  const purposes = readPurposeMap(
    settings?.gppPurposes ?? 'marketing=SaleOptOut,SharingOptOut,TargetedAdvertisingOptOut,OptOutSale,Gpc',
  )
  const signal = createSignal(client, 'gpp', settings)
  const optedOut = new Set<string>()

  const take = (event?: GppEvent): void => {
    const { signalStatus, gppString: proof, cmpId, parsedSections } = event?.pingData ?? {}
    if (signalStatus !== 'ready') return
    const parts = Object.entries(parsedSections ?? {}).flatMap(([name, section]): (Section | undefined)[] =>
      name.startsWith('us') ? [section].flat() : [],
    )
    const decided: Choice = {}
    const implied: Choice = {}
    for (const [purpose, fields] of purposes) {
      const values = parts.flatMap((part) => fields.map((field) => part?.[field]))
      const isRefused = values.some(isOptOut)
      if (isRefused) optedOut.add(purpose)
      const choice = optedOut.has(purpose) ? decided : implied
      if (isRefused || values.some(isNoOptOut)) choice[purpose] = !isRefused
    }
    signal.decide(decided, { proof, cmpId })
    signal.imply(implied, { proof, cmpId })
  }

  return beforeFirstEvent(
    (heard) =>
      whenDefined('__gpp', (api) =>
        api('addEventListener', (event?: GppEvent) => {
          take(event)
          if (event?.pingData?.signalStatus === 'ready') heard()
        }),
      ),
    settings,
  )
}

export default gpp
