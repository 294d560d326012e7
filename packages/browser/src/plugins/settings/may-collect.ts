import { type ConsentPolicy, decide } from '@spartito/protocol'
import type { Client } from '@spartito/sdk'
import type { PluginSettings } from '../plugin.ts'
import { words } from './words.ts'

/** Whether the visitor's choice so far allows collecting, by the tag's own settings, as the tag itself decides it (SPEC CO2, CO5). */
export const mayCollect = (
  client: Pick<Client, 'consent'>,
  { consent, purposes = 'analytics', collect = purposes }: PluginSettings,
): boolean => decide(words(collect), client.consent(), consent as ConsentPolicy) === 'granted'
