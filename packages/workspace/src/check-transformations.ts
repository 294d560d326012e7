import type { Fault } from './fault.ts'
import type { Workspace } from './workspace.ts'

/** What transformations say of sources that does not fit them (SPEC TR). */
export const transformationFaults = ({ sources, transformations = [] }: Workspace): Fault[] => {
  const kinds = new Map(sources.map(({ id, kind }) => [id, kind]))
  const known = [...kinds.keys()].join(', ')
  const fault = (path: string, says: string): Fault => ({ path, message: `${path} ${says}` })
  return transformations.flatMap(({ sources: its, steps }, t) => [
    ...its.flatMap((id, i) => {
      const path = `transformations[${t}].sources[${i}]`
      if (!kinds.has(id))
        return [fault(path, `names the source "${id}", which the workspace does not define: it has ${known}`)]
      return its.indexOf(id) < i ? [fault(path, `repeats the source "${id}": each once`)] : []
    }),
    ...steps.flatMap((step, s) => {
      if (!('route' in step) || step.route === undefined) return []
      const path = `transformations[${t}].steps[${s}].route`
      const kind = kinds.get(step.route)
      if (!kind)
        return [fault(path, `names the source "${step.route}", which the workspace does not define: it has ${known}`)]
      const other = its.find((id) => kinds.has(id) && kinds.get(id) !== kind)
      if (other === undefined) return []
      return [
        fault(
          path,
          `leads from ${other} to a source of kind ${kind}: both need the same kind, since a key's rights do not move`,
        ),
      ]
    }),
  ])
}
