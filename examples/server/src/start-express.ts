import { createExpressApp } from './express.ts'
import { settingsFrom } from './shop.ts'

const { app, close } = createExpressApp(settingsFrom(process.env))
const port = Number(process.env.PORT ?? 8791)
const server = app.listen(port, '127.0.0.1', () => console.log(`http://127.0.0.1:${port}`))
process.once('SIGTERM', () => server.close(() => void close()))
