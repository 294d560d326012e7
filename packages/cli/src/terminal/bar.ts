const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']

/** A bar of text for a share within [0, 1] of a width in characters; anything above 0 shows. */
export const bar = (share: number, width: number): string => {
  const parts = share <= 0 ? 0 : Math.max(1, Math.round(share * width * 8))
  return '█'.repeat(Math.floor(parts / 8)) + eighths[parts % 8]
}

/** Bars of values, the greatest of which fills the width. */
export const bars = (values: readonly number[], width: number): string[] => {
  const most = Math.max(0, ...values)
  return values.map((value) => bar(most === 0 ? 0 : value / most, width))
}
