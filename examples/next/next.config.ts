import { resolve } from 'node:path'
import type { NextConfig } from 'next'

const config: NextConfig = {
  // Spartito's packages are those of the clone that this example lies in, which are TypeScript
  turbopack: { root: resolve(import.meta.dirname, '../..') },
  transpilePackages: ['@spartito/protocol', '@spartito/react', '@spartito/sdk', '@spartito/server'],
  // the clone's own check looks at types
  typescript: { ignoreBuildErrors: true },
}

export default config
