import { findChromium } from './chromium.ts'

/** Unpacks the browser before the first test: several at once would meet a half-written file. */
export const setup = async (): Promise<void> => {
  await findChromium()
}
