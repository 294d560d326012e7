import type { Source } from '@spartito/workspace'

/**
 * What RudderStack's browser client asks for before it starts (`/sourceConfig/`): that the source is there, that no other integration runs, and
 * that nothing is reported about the client itself. Shape as read by @rudderstack/analytics-js 3.34 (`isValidSourceConfig`).
 */
export const rudderstackSettings = (source: Source, key: string) => ({
  source: {
    id: source.id,
    name: source.name ?? source.id,
    writeKey: key,
    enabled: true,
    workspaceId: 'spartito',
    config: { statsCollection: { errors: { enabled: false }, metrics: { enabled: false } } },
    destinations: [],
    connections: [],
  },
})
