#!/usr/bin/env node
// The command is TypeScript, which Node runs as it is from this version on.
if (process.features.typescript) await import('../src/spartito.ts')
else {
  console.error(
    `spartito: this is Node ${process.version}, and Node 22.18 or newer is needed: run it with npx, or npm run`,
  )
  process.exit(1)
}
