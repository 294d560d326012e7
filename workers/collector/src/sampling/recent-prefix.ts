/** Of the name of an object with a source's recent events: the source follows. */
export const recentPrefix = 'recent-'
