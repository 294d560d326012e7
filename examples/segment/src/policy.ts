import { NONCE, secureHeaders } from 'hono/secure-headers'
import type { Env } from './env.ts'

const collector = ({ env }: { env: Env }): string => env.COLLECTOR

/** Only the collector is asked: nothing of this page can reach Segment, not even by mistake. */
export const policy = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'", NONCE],
    connectSrc: [collector],
    styleSrc: ["'self'", NONCE],
    imgSrc: ['data:'],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
  },
  referrerPolicy: 'strict-origin-when-cross-origin',
  // the domain's own business, which an example must not decide for all its subdomains
  strictTransportSecurity: false,
})
