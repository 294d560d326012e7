import { destinationKinds } from '@spartito/destinations'
import type { Destination } from './destination.ts'
import type { Fault } from './fault.ts'

/** Settings that name audiences by their ids, of the kinds that have such. */
const audienceSettings: Readonly<Record<string, string>> = { meta: 'customAudiences', 'google-ads': 'userLists' }

/** What a destination asks for does not fit its kind, or its settings name what nobody defined. */
export const destinationFaults = (destinations: readonly Destination[], audiences: ReadonlySet<string>): Fault[] =>
  destinations.flatMap(({ type, events, settings }, i) => {
    const fault = (field: string, says: string): Fault => {
      const path = `destinations[${i}].${field}`
      return { path, message: `${path} ${says}` }
    }
    const setting = audienceSettings[type]
    const named =
      setting === undefined ? {} : ((settings as unknown as Record<string, object | undefined>)[setting] ?? {})
    return [
      ...(events !== undefined && !destinationKinds.get(type)!.takes.includes('event')
        ? [fault('events', `is for kinds that take events, and ${type} takes none: remove it`)]
        : []),
      ...Object.keys(named)
        .filter((audience) => !audiences.has(audience))
        .map((audience) =>
          fault(
            `settings.${setting}`,
            `names the audience "${audience}", which the workspace does not define: it has ${[...audiences].join(', ') || 'none'}`,
          ),
        ),
    ]
  })
