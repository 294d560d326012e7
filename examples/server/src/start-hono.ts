import { serve } from '@hono/node-server'
import { createHonoApp } from './hono.ts'
import { settingsFrom } from './shop.ts'

const { app, close } = createHonoApp(settingsFrom(process.env))
const port = Number(process.env.PORT ?? 8791)
const server = serve({ fetch: app.fetch, port, hostname: '127.0.0.1' }, () => console.log(`http://127.0.0.1:${port}`))
process.once('SIGTERM', () => server.close(() => void close()))
