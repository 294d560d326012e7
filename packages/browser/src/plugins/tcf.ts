import { readPurposeMap } from './consent/purpose-map.ts'
import { beforeFirstEvent, createSignal } from './consent/signal.ts'
import { whenDefined } from './consent/when-defined.ts'
import type { Plugin } from './plugin.ts'

/** What a platform tells its listeners, as far as this reads it (IAB TCF 2.2, CMP API, `TCData`). */
interface TcData {
  gdprApplies?: boolean
  eventStatus?: string
  tcString?: string
  cmpId?: number
  cmpVersion?: number
  tcfPolicyVersion?: number
  purpose?: { consents?: Record<string, boolean> }
}

/**
 * Takes the visitor's choice from a platform of IAB's Transparency and Consent Framework. Consents count, legitimate interests do not; the
 * TC string is the proof. While its dialog is open nothing is decided; where the GDPR does not apply nobody is asked.
 */
const tcf: Plugin = (client, settings) => {
  const purposes = readPurposeMap(settings?.tcfPurposes ?? 'analytics=1,8,9 marketing=1,2,3,4,7')
  const signal = createSignal(client, 'tcf', settings)

  const take = (data: TcData | null, isSuccess: boolean): void => {
    if (!isSuccess || !data) return
    const { gdprApplies, eventStatus, tcString: proof, cmpId, cmpVersion, tcfPolicyVersion, purpose } = data
    const choose = (isGiven: (id: string) => boolean): Record<string, boolean> =>
      Object.fromEntries(purposes.map(([name, ids]) => [name, ids.every(isGiven)]))
    if (gdprApplies === false)
      signal.imply(
        choose(() => true),
        { gdprApplies, cmpId, cmpVersion },
      )
    else if (gdprApplies && (eventStatus === 'tcloaded' || eventStatus === 'useractioncomplete'))
      signal.decide(
        choose((id) => purpose?.consents?.[id] === true),
        { proof, cmpId, cmpVersion, tcfPolicyVersion },
      )
  }

  return beforeFirstEvent(
    (heard) =>
      whenDefined('__tcfapi', (api) =>
        api('addEventListener', 2, (data: TcData | null, isSuccess: boolean) => {
          take(data, isSuccess)
          heard()
        }),
      ),
    settings,
  )
}

export default tcf
