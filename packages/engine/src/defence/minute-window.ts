import type { EpochMs } from '@spartito/protocol'

const slotMs = 5_000
/** What is granted may be used a slot later: so that never more is used in any minute, 65 s of grants are looked at. */
const slots = 14

/** How much was granted of late, by slots of five seconds, the oldest first. */
export type MinuteWindow = readonly (readonly [slot: number, granted: number])[]

/** How long what was granted may be used, in ms. */
export const grantMs = slotMs

const living = (window: MinuteWindow, now: EpochMs): MinuteWindow =>
  window.filter(([slot]) => slot > Math.floor(now / slotMs) - slots)

/** How much was granted within the last minute. */
export const grantedWithin = (window: MinuteWindow, now: EpochMs): number =>
  living(window, now).reduce((sum, [, granted]) => sum + granted, 0)

/**
 * Grants from a budget a minute: never more than the budget in any minute, but for what `atLeast` adds to the last grant.
 *
 * @param wanted how many would be welcome
 * @param atLeast fewer are of no use: so many are granted while anything is left
 * @returns how many are granted, and when to ask again when none are, in ms
 */
export const grantWithin = (
  window: MinuteWindow,
  budget: number,
  wanted: number,
  atLeast: number,
  now: EpochMs,
): { window: MinuteWindow; granted: number; retryAfterMs: number } => {
  const recent = living(window, now)
  const left = budget - grantedWithin(recent, now)
  if (left <= 0) {
    const [oldest] = recent[0] ?? [Math.floor(now / slotMs)]
    return { window: recent, granted: 0, retryAfterMs: (oldest + slots) * slotMs - now }
  }
  const granted = Math.max(atLeast, Math.min(wanted, left))
  const slot = Math.floor(now / slotMs)
  const before = recent.filter(([its]) => its !== slot)
  const inSlot = recent.find(([its]) => its === slot)?.[1] ?? 0
  return { window: [...before, [slot, inSlot + granted]], granted, retryAfterMs: 0 }
}
