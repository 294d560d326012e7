/** The words of a setting, which are separated by spaces; none when it is left out. */
export const words = (setting = ''): string[] => setting.split(/\s+/).filter(Boolean)
