import { campaignOf } from './campaign-of.ts'

/**
 * What is recorded of a link: its address and its campaign, without any other parameter and without the fragment. Links that sign
 * somebody in, or confirm an address, carry their secret there.
 */
export const recordedUrl = (url: string): string => url.replace(/[?#].*$/s, '') + campaignOf(url)
