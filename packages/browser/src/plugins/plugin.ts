import type { Client } from '@spartito/sdk'

/**
 * A plugin's settings, each a word or words separated by spaces: in a page the `data-` attributes of the tag's script element
 * (`data-collector` is `collector`), in an application an object with the same names.
 */
export type PluginSettings = Readonly<Record<string, string | undefined>>

/**
 * What a plugin's module exports by default. It is told of the client once, has nothing but the client's own calls, and touches no
 * storage and no network before the visitor's choice. It throws into no page: what the page breaks it leaves out.
 *
 * Where the tag calls it (`data-plugins`, `data-capture`, `plugins`), the visitor's first events are stamped and sent when it has returned, or
 * when its promise has settled: 1 s at most. So it may decide about consent first. A promise of JSON text, `{"anonymousId":"…","version":1}`,
 * brings the visitor's anonymousId from another of the site's domains; it is taken only where this device has none.
 */
// biome-ignore lint/suspicious/noConfusingVoidType: most plugins are functions without a `return`
export type Plugin = (client: Client, settings?: PluginSettings) => void | Promise<string | undefined>
