import type { Client } from '@spartito/sdk'

/**
 * A plugin's settings, each a word or words separated by spaces: in a page the `data-` attributes of the tag's script element
 * (`data-collector` is `collector`), in an application an object with the same names.
 */
export type PluginSettings = Readonly<Record<string, string | undefined>>

/**
 * What a plugin's module exports by default. It is told of the client once, has nothing but the client's own calls, and touches no
 * storage and no network before the visitor's choice. It throws into no page: what the page breaks it leaves out.
 */
export type Plugin = (client: Client, settings?: PluginSettings) => void
