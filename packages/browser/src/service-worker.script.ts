import type { Config } from '@spartito/sdk'
import { keepSending } from './service-worker/keep-sending.ts'

// `importScripts` tells nothing of where a script came from: the worker's own address does, as the plugin has registered it.
const asked = new URLSearchParams(location.search)
const config = {
  writeKey: asked.get('writeKey'),
  collector: asked.get('collector'),
  credentials: asked.get('credentials') ?? undefined,
} as Config

// an address without them is a worker that the plugin has not registered: it has nothing to send
if (config.writeKey && config.collector) keepSending(config)
