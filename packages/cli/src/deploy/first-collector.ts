/**
 * The collector's wrangler.jsonc without the objects that activation defines. Each of the two Workers names objects of the other, and a
 * name is refused while there is no such Worker: so the very first deploy of the collector goes without.
 *
 * @throws Error when the file names none: then this is not needed, and its caller is mistaken
 */
export const firstCollector = (text: string): string => {
  const lines = text.split('\n')
  const kept = lines.filter((line) => !line.includes('"script_name": "spartito-activation"'))
  if (kept.length === lines.length) throw new Error("the collector's wrangler.jsonc names no object of activation")
  return kept.join('\n')
}
