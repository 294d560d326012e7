/** What browsers save or hand to another program, rather than show as a page. */
export const defaultExtensions = (
  'pdf doc docx xls xlsx ppt pptx odt ods odp rtf csv txt epub ics ' +
  'zip gz tgz 7z rar tar dmg pkg exe msi deb rpm apk mp3 wav mp4 mov avi webm'
).split(' ')

export interface DownloadedFile {
  fileName: string
  /** in lower case, '' when the name has none */
  extension: string
}

/**
 * The file that a link leads to, if it leads to one. Pure.
 *
 * @param name the link's `download` attribute: a name, '' when the address has it, null when it is no download by itself
 * @param extensions that make an address a file
 */
export const fileOf = (
  { protocol, pathname }: URL,
  name: string | null,
  extensions: readonly string[],
): DownloadedFile | undefined => {
  // the path of `data:` is the data
  const fileName = name || (/^http/.test(protocol) ? pathname.slice(pathname.lastIndexOf('/') + 1) : '')
  const extension = /\.(\w{1,10})$/.exec(fileName)?.[1]?.toLowerCase() ?? ''
  return name !== null || extensions.includes(extension) ? { fileName, extension } : undefined
}
