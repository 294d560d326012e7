/** Where the administration is. */
export interface AdminFlags {
  collector: string
  tokenEnv: string
}
