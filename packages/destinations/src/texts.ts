import * as v from 'valibot'

/** A text that is not empty. */
export const text = v.pipe(v.string('must be text'), v.minLength(1, 'must not be empty'))

/** The schema of an object whose keys are ids of this workspace's audiences. */
export const byAudience = <T extends v.GenericSchema<unknown, string>>(value: T) =>
  v.record(v.string(), value, 'must be an object of audience ids')
