import { NONCE, secureHeaders } from 'hono/secure-headers'
import type { Env } from './env.ts'

const collector = ({ env }: { env: Env }): string => env.COLLECTOR

/** Content-Security-Policy for a page with the tag: the collector may be asked, and may give the tag; nobody else. */
export const policy = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'", NONCE, collector],
    connectSrc: ["'self'", collector],
    styleSrc: ["'self'", NONCE],
    imgSrc: ["'self'"],
    baseUri: ["'none'"],
    formAction: ["'self'"],
    frameAncestors: ["'none'"],
  },
  // the tag tells the collector which page sent the visitor here
  referrerPolicy: 'strict-origin-when-cross-origin',
  // the domain's own business, which an example must not decide for all its subdomains
  strictTransportSecurity: false,
})
