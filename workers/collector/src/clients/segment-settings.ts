import type { CompiledWorkspace } from '@spartito/workspace'

/**
 * What Segment's browser client asks for before it starts: where to send, and that no other integration runs.
 * Shape as read by @segment/analytics-next 1.84 (`LegacySettings`).
 */
export const segmentSettings = (
  workspace: CompiledWorkspace,
  key: string,
  host: string,
  protocol: 'http' | 'https',
) => {
  const source = workspace.sourcesByKey.get(key)
  if (!source || source.disabled) return undefined
  const enabled = { __default: { enabled: true, integrations: {} } }
  return {
    integrations: {
      'Segment.io': {
        apiKey: key,
        apiHost: `${host}/v1`,
        protocol,
        unbundledIntegrations: [],
        addBundledMetadata: true,
        maybeBundledConfigIds: {},
        versionSettings: { version: '4.4.7', componentTypes: ['browser'] },
      },
    },
    plan: { track: enabled, identify: enabled, group: enabled },
    edgeFunction: {},
    analyticsNextEnabled: true,
    middlewareSettings: {},
    enabledMiddleware: {},
    metrics: { sampleRate: 0 },
    legacyVideoPluginsEnabled: false,
    remotePlugins: [],
  }
}
