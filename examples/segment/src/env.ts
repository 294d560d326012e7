export interface Env {
  /** the collector's origin, no trailing slash */
  COLLECTOR: string
  /** names this page as a source; public */
  WRITE_KEY: string
}
