import type { Apply } from './apply.ts'
import type { RenameEvent } from './step.ts'

/** Gives tracks another name. */
export const compileRenameEvent = ({ renameEvent }: RenameEvent): Apply => {
  const names = new Map(Object.entries(renameEvent))
  return (event) => {
    const name = event.type === 'track' ? names.get(event.event as string) : undefined
    return name === undefined ? event : { ...event, event: name }
  }
}
