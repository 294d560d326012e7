import { destinationKinds, guardUrl, secretAt, secretPaths } from '@spartito/destinations'
import type { Fault } from './fault.ts'
import type { Workspace } from './workspace.ts'

const bare = (path: string): Fault => ({
  path,
  message: `${path} holds a value, which is for development alone: name a Worker secret, {"env": "NAME"}`,
})

const keyFaults = ({ sources }: Workspace): Fault[] =>
  sources.flatMap(({ identityKeys = [] }, i) =>
    identityKeys.flatMap((key, j) =>
      key.alg === 'HS256' && typeof key.secret === 'string' ? [bare(`sources[${i}].identityKeys[${j}].secret`)] : [],
    ),
  )

/** Every text in settings that is a URL of this machine, with its path. */
const localUrls = (value: unknown, path: string): string[] => {
  if (typeof value === 'string')
    return /^https?:/i.test(value) && !guardUrl(value).ok && guardUrl(value, true).ok ? [path] : []
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) => localUrls(inner, `${path}.${name}`))
}

const destinationFaults = ({ destinations = [] }: Workspace): Fault[] =>
  destinations.flatMap(({ type, settings }, i) => {
    const secrets = secretPaths(destinationKinds.get(type)!, settings as never)
    const path = `destinations[${i}].settings`
    return [
      ...secrets.filter((at) => typeof secretAt(settings, at) === 'string').map((at) => bare(`${path}.${at}`)),
      ...localUrls(settings, path).map((at) => ({
        path: at,
        message: `${at} leads to the machine itself, which is for development alone: name a host of the internet`,
      })),
    ]
  })

/**
 * What a document may hold in development alone: secrets as values, since every administrator can read them (SPEC WS), and
 * destinations on this machine (DE5).
 */
export const developmentOnly = (workspace: Workspace): Fault[] => [
  ...keyFaults(workspace),
  ...destinationFaults(workspace),
]
