import { html, raw } from 'hono/html'
import type { Env } from './env.ts'

/**
 * What a site pastes into its head: the loader, inline, which queues calls until the tag itself has come from the
 * collector.
 *
 * @param nonce of the page's Content-Security-Policy
 */
export const snippet = ({ COLLECTOR, WRITE_KEY, LOADER }: Env, nonce: string) => html`<script
  nonce="${nonce}"
  data-src="${COLLECTOR}/tag.js"
  data-write-key="${WRITE_KEY}"
  data-consent="opt-in"
  data-purposes="analytics marketing"
  data-collect="analytics"
>${raw(LOADER)}</script>`
