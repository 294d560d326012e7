import type { Event, Json, JsonObject } from '@spartito/protocol'
import { isObject } from '@spartito/protocol'
import type { Provenance } from './provenance.ts'

/** A campaign that brought the visitor, as `context.campaign` named it. */
export interface Touch extends Provenance {
  campaign: JsonObject
}

export interface Touches {
  first: Touch
  last: Touch
}

export interface Score extends Provenance {
  value: number
}

const maxCampaignUnits = 4096
const maxFieldUnits = 255
const standardFields = ['id', 'name', 'source', 'medium', 'term', 'content'] as const

/** A campaign too large to keep is kept by its standard fields, each cut. */
const bounded = (campaign: JsonObject): JsonObject => {
  if (JSON.stringify(campaign).length <= maxCampaignUnits) return campaign
  const fields: JsonObject = {}
  for (const field of standardFields) {
    const value: Json | undefined = Object.hasOwn(campaign, field) ? campaign[field] : undefined
    if (typeof value === 'string') fields[field] = value.slice(0, maxFieldUnits)
  }
  return fields
}

/** The campaign that an event names; undefined when it names none. */
export const campaignOf = (event: Event): JsonObject | undefined => {
  const campaign = event.context?.campaign
  if (!isObject(campaign) || Object.keys(campaign).length === 0) return undefined
  return bounded(campaign as JsonObject)
}

const maxScores = 64

/**
 * The scores that an identify imports: the numbers in its `traits.scores`, by name. Each name is a value of its own, so that
 * importing one leaves the others as they were. Only a source with a secret key gives scores: a page could give itself any.
 */
export const scoresOf = (event: Event): [name: string, value: number][] => {
  const scores = event.type === 'identify' && event.verified ? event.traits?.scores : undefined
  if (!isObject(scores)) return []
  const numbers = Object.entries(scores).filter((entry): entry is [string, number] => typeof entry[1] === 'number')
  return numbers.sort(([a], [b]) => (a < b ? -1 : 1)).slice(0, maxScores)
}
