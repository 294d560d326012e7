import { calendars, isTimeZone, readBetween, readDuration } from '@spartito/engine'
import * as v from 'valibot'
import { duration, text } from './texts.ts'

/** PR1: events are remembered for at most so long. */
const maxWindowMs = readDuration('P400D')!

export const timeZone = v.pipe(
  text,
  v.check(isTimeZone, 'must be a time zone that the platform knows, such as Europe/Rome or UTC'),
)

const elapsed = v.pipe(
  duration,
  v.check(
    (value) => readDuration(value)! <= maxWindowMs,
    'must be at most P400D: leave it out for a lifetime, or name dates with between',
  ),
)

const calendar = v.strictObject({
  calendar: v.picklist(calendars, `must be one of ${calendars.join(', ')}`),
  tz: timeZone,
})

const date = v.pipe(
  text,
  v.check(
    (value) => readBetween([value, value], 'UTC') !== undefined,
    'must be a local date or time, such as 2026-03-29 or 2026-03-29T12:00',
  ),
)

const between = v.pipe(
  v.strictObject({ between: v.tuple([date, date], 'must be two dates or times'), tz: timeZone }),
  v.forward(
    v.partialCheck(
      [['between'], ['tz']],
      ({ between: [from, to], tz }) => {
        const ends = readBetween([from, to], tz)
        return ends === undefined || ends[0] <= ends[1]
      },
      'ends before it begins: put the earlier one first',
    ),
    ['between'],
  ),
)

const unlessText = (ofText: v.GenericSchema): v.GenericSchema =>
  v.lazy((input) => {
    if (typeof input === 'string') return ofText
    if (typeof input === 'object' && input !== null && 'between' in input) return between
    if (typeof input === 'object' && input !== null && 'calendar' in input) return calendar
    return v.never(
      'must be a duration such as P7D, {"between": [a, b], "tz"}, or {"calendar": "today", "tz"}; leave it out for a lifetime',
    )
  })

/** The window of a condition on events. */
export const eventWindow = unlessText(elapsed)

/** The window of a condition on one instant that is always known: it may be longer. */
export const anyWindow = unlessText(duration)
