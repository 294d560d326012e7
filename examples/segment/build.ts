/**
 * Copies Segment's browser client, byte for byte, from its npm package to where the Worker serves it from.
 * The bundle is its classic script: it puts `AnalyticsNext` on window.
 */
import { copyFileSync, mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const entry = createRequire(import.meta.url).resolve('@segment/analytics-next') // dist/cjs/index.js
const dist = join(import.meta.dirname, 'dist')

mkdirSync(dist, { recursive: true })
copyFileSync(join(dirname(entry), '..', 'umd', 'index.js'), join(dist, 'analytics.client.js'))
