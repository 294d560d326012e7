/** Which touch a conversion is put down to. */
export const touchRules = ['first', 'last', 'linear'] as const
export type TouchRule = (typeof touchRules)[number]

/** What can tell one campaign from another. */
export const campaignParts = ['source', 'medium', 'name', 'term', 'content'] as const
export type CampaignPart = (typeof campaignParts)[number]
