export interface Env {
  /** the collector's origin, no trailing slash: events go there, and the tag comes from there */
  COLLECTOR: string
  /** names this shop as a source; public, it grants nothing but writing */
  WRITE_KEY: string
  /** the text of the tag's inline loader, `packages/browser/dist/loader.js` */
  LOADER: string
  /** the origin of the page that shows what the destination receives; only linked to */
  DESTINATION?: string
}
