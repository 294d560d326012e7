/** The words of a setting; none for one that is left out or empty. */
export const words = (setting: string | undefined): string[] => setting?.split(/\s+/).filter(Boolean) ?? []
