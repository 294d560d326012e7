import { readDuration } from '@spartito/engine'
import * as v from 'valibot'

/** What an id may be: it becomes part of keys and of webhook ids, so it holds neither a colon nor a dot. */
export const id = v.pipe(
  v.string('must be text'),
  v.regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, 'must be 1 to 64 of a-z, 0-9, _ and -, beginning with a letter or a digit'),
)

export const text = v.pipe(v.string('must be text'), v.minLength(1, 'must not be empty'))

export const boolean = v.boolean('must be true or false')

/** An ISO 8601 duration of elapsed time. */
export const duration = v.pipe(
  text,
  v.check(
    (value) => readDuration(value) !== undefined,
    'must be an ISO 8601 duration of weeks, days, hours, minutes or seconds, such as P7D or PT30M',
  ),
)

/** The length of a duration in ms; 0 for what is none. */
export const lengthOf = (value: string): number => readDuration(value) ?? 0

/** A duration between two bounds, or none. */
export const durationBetween = (min: string, max: string) =>
  v.optional(
    v.pipe(
      duration,
      v.check((value) => {
        const lengthMs = lengthOf(value)
        // What is no duration has been told so.
        return lengthMs === 0 || (lengthMs >= lengthOf(min) && lengthMs <= lengthOf(max))
      }, `must be from ${min} to ${max}`),
    ),
  )
