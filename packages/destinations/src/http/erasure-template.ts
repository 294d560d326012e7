import * as v from 'valibot'
import { type RequestTemplate, status, templateFields } from './request-template.ts'
import { placesIn } from './template.ts'

/** What a path of an erasure's template may begin with. */
export const erasureRoots = ['erasureId', 'at', 'identifiers', 'all', 'profileIds', 'secret'] as const

/** What names the person; the others of the roots are the same for all. */
const naming: readonly string[] = ['identifiers', 'all', 'profileIds']

/**
 * The request that asks for the deletion of a person who is erased (SPEC CO7). Its places are its own: `{{identifiers.email}}` is the first
 * of a type and `{{all.email}}` the list of all, `{{profileIds}}` a list, `{{erasureId}}`, `{{at}}` and `{{secret}}`.
 */
export interface ErasureTemplate extends RequestTemplate {
  /** for an API that takes one person at a time: a request for each identifier of this type, which `{{identifiers.<type>}}` then is */
  each?: string | undefined
  /**
   * What a status means where it is not what SPEC DE4 says: `done` where the tool says so that it has nothing of the person. The statuses of
   * deliveries mean nothing here: what they skip may still have somebody's data.
   */
  statuses?: Readonly<Record<string, 'done' | 'failed' | 'refused'>> | undefined
}

/** The places that name the person; headers hold none of them. */
export const namesIn = ({ url, body }: Pick<ErasureTemplate, 'url' | 'body'>): string[] =>
  placesIn(JSON.stringify([url, body])).filter((path) => naming.includes(path.split('.')[0]!))

export const erasureTemplate = v.pipe(
  v.strictObject({
    ...templateFields({ roots: erasureRoots, inHeaders: 'erasureId' }),
    each: v.optional(
      v.pipe(v.string('must be text'), v.regex(/^[^.{}\s]{1,100}$/, 'must be a type of identifier, such as email')),
    ),
    statuses: v.optional(
      v.record(
        status,
        v.picklist(['done', 'failed', 'refused'], 'must be done, failed or refused'),
        'must be an object of statuses',
      ),
    ),
  }),
  v.check(
    (template) => namesIn(template).length > 0,
    'names nobody: put {{identifiers.<type>}}, {{all.<type>}} or {{profileIds}} into its URL or body',
  ),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed || dataset.issues || dataset.value.each === undefined) return
    const { each } = dataset.value
    if (!namesIn(dataset.value).includes(`identifiers.${each}`))
      addIssue({
        message: `has a request for each ${each}, so its URL or body needs the place {{identifiers.${each}}}`,
      })
    if (placesIn(JSON.stringify(dataset.value.headers ?? {})).includes('erasureId'))
      addIssue({
        message: `has a request for each ${each}, which all would have the same {{erasureId}} in a header: leave it out`,
      })
  }),
)
