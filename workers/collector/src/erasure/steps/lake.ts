import { within } from '../../jurisdiction.ts'
import type { RunStep } from './step.ts'

const againMs = 1_000

/** Has the files of the lake rewritten without the person's rows; their keeper does several erasures in one pass. */
export const lake: RunStep = async (run) => {
  const { env, erasure } = run
  const { objects } = run.person()
  const keeper = within(env.LAKE_KEEPER, env.JURISDICTION).getByName('lake')
  await keeper.startErasure({
    erasureId: erasure.id,
    profileIds: objects.map(({ profileId }) => profileId),
    identifiers: objects.map(({ self: { type, value } }) => ({ type, value })),
    visitors: objects.map(({ visitor }) => visitor),
    until: erasure.until!,
  })
  const state = await keeper.erasureState(erasure.id)
  if (state?.isDone) {
    const { filesRead, filesRewritten, rows } = state
    return { isDone: true, counts: { filesRead, filesRewritten, ...rows } }
  }
  const files = state ? `${state.filesRead} files read, ${state.filesRewritten} rewritten` : 'not begun'
  return { isDone: false, waitsFor: `the lake: ${files}`, againMs }
}
