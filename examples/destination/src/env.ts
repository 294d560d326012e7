import type { Inbox } from './inbox.ts'

export interface Env {
  INBOX: DurableObjectNamespace<Inbox>
  /** the secret shared with the collector, `whsec_…` as Standard Webhooks writes it */
  WEBHOOK_SECRET: string
  /** the collector's origin, no trailing slash */
  COLLECTOR: string
  /** the collector's bearer token, scope `read`: it never reaches the page */
  ADMIN_TOKEN: string
  /** the shop's origin, linked to while nothing has arrived yet */
  SHOP?: string
}
