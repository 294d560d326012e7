import * as v from 'valibot'
import { type Secret, secret } from '../secret.ts'
import { byAudience, text } from '../texts.ts'

export interface MetaSettings {
  /** of a system user, with rights to the dataset and the custom audiences */
  accessToken: Secret
  /** the dataset (pixel) that events go to, by the Conversions API; without it events are skipped */
  datasetId?: string | undefined
  /** the custom audience of each audience, by its id here; others are skipped */
  customAudiences?: Readonly<Record<string, string>> | undefined
  /** Meta's name for an event, by its name here; beside or instead of those that are built in */
  names?: Readonly<Record<string, string>> | undefined
  /** where events happen: `website` when left out */
  actionSource?: 'website' | 'app' | 'physical_store' | 'system_generated' | 'other' | undefined
  /** of the dataset's page "Test events": all events go there instead */
  testEventCode?: string | undefined
  /** of the Graph API: `v25.0` when left out */
  version?: string | undefined
}

const graphId = v.pipe(v.string('must be text'), v.regex(/^\d{5,25}$/, 'must be an id of Meta, which is digits alone'))

export const metaSettings = v.pipe(
  v.strictObject({
    accessToken: secret,
    datasetId: v.optional(graphId),
    customAudiences: v.optional(byAudience(graphId)),
    names: v.optional(
      v.record(v.string(), v.pipe(text, v.maxLength(50, 'has more than 50 characters')), 'must be an object of names'),
    ),
    actionSource: v.optional(
      v.picklist(
        ['website', 'app', 'physical_store', 'system_generated', 'other'],
        'must be website, app, physical_store, system_generated or other',
      ),
    ),
    testEventCode: v.optional(text),
    version: v.optional(v.pipe(v.string('must be text'), v.regex(/^v\d{2,3}\.\d$/, 'must be a version such as v25.0'))),
  }),
  v.check(
    ({ datasetId, customAudiences }) => datasetId !== undefined || customAudiences !== undefined,
    'needs a datasetId, for events, or customAudiences, for changes',
  ),
)
