import type { Destination } from './destination.ts'
import type { Fault } from './fault.ts'

/** Which of the audiences a destination hears of its settings have a place for; undefined for kinds that need none. */
const placesOf = (destination: Destination): [setting: string, places: object] | undefined => {
  if (destination.type === 'meta') return ['customAudiences', destination.settings.customAudiences ?? {}]
  return destination.type === 'google-ads' ? ['userLists', destination.settings.userLists] : undefined
}

const isWithoutEvents = (destination: Destination): string | undefined => {
  if (destination.type === 'http' && !destination.settings.event) return 'event'
  return destination.type === 'meta' && destination.settings.datasetId === undefined ? 'datasetId' : undefined
}

/** One that is there to be told of erasures alone is told of those of everybody. */
const hearsOfErasures = (destination: Destination): boolean =>
  destination.type === 'http' && destination.settings.erased !== undefined

/** What a destination asks for and its settings then have no use for: all of it would be skipped. */
const unused = (destination: Destination, audiences: readonly string[], path: string): Fault[] => {
  const warn = (field: string, says: string): Fault => ({
    path: `${path}.${field}`,
    message: `${path}.${field} ${says}`,
  })
  const places = placesOf(destination)
  const without = destination.events === undefined ? undefined : isWithoutEvents(destination)
  return [
    ...(without === undefined ? [] : [warn('events', `is set, and settings.${without} is not: no event is sent`)]),
    ...(destination.type === 'http' &&
    audiences.length > 0 &&
    !destination.settings.entered &&
    !destination.settings.exited
      ? [warn('audiences', 'is set, and neither settings.entered nor settings.exited is: no change is sent')]
      : []),
    ...(places
      ? audiences
          .filter((audience) => !Object.hasOwn(places[1], audience))
          .map((audience) =>
            warn('audiences', `has "${audience}", and settings.${places[0]} does not: its changes are skipped`),
          )
      : []),
    ...(destination.type === 'google-ads' && destination.settings.consent === undefined
      ? [warn('settings.consent', 'is left out: Google takes nobody of the European Economic Area then')]
      : []),
  ]
}

/** Destinations that would be sent nothing, or less than they ask for. */
export const destinationWarnings = (destinations: readonly Destination[], audiences: readonly string[]): Fault[] =>
  destinations.flatMap((destination, i) => {
    const { id, audiences: asked, events, disabled } = destination
    const path = `destinations[${i}]`
    const heard = asked === '*' ? audiences : asked
    return [
      ...(disabled
        ? [{ path: `${path}.disabled`, message: `${path}.disabled is set: nothing is sent to "${id}"` }]
        : []),
      ...(heard.length === 0 && events === undefined && !hearsOfErasures(destination)
        ? [
            {
              path,
              message: `${path} ("${id}") receives nothing: it names no audience${asked === '*' ? ', and there is none' : ''}, and no events`,
            },
          ]
        : []),
      ...unused(destination, heard, path),
    ]
  })
