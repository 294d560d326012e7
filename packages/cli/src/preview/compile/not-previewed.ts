/** Why a condition cannot be previewed, and where it stands. */
export class NotPreviewed extends Error {
  readonly path: string

  constructor(path: string, why: string) {
    super(`${path} cannot be previewed: ${why}`)
    this.path = path
  }
}
