/** in percent of the page's height */
export const marks = [25, 50, 75, 90, 100]

/** Positions are rounded, more so on zoomed pages: the last pixels are never reached. */
const tolerancePx = 2

export interface Extent {
  /** pixels above the window */
  topPx: number
  /** pixels in the window */
  viewPx: number
  /** pixels of the whole page */
  heightPx: number
}

/** The marks down to which the page has been seen; all of them where it is no higher than the window. Pure. */
export const passedMarks = ({ topPx, viewPx, heightPx }: Extent): number[] =>
  marks.filter((mark) => topPx + viewPx + tolerancePx >= (heightPx * mark) / 100)
