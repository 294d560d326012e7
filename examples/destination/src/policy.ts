import { NONCE, secureHeaders } from 'hono/secure-headers'

/** The page's headers: its own scripts and styles, its own answers, and no way to make markup out of data. */
export const policy = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'", NONCE],
    styleSrc: ["'self'", NONCE],
    imgSrc: ["'self'", 'data:'],
    connectSrc: ["'self'"],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
    requireTrustedTypesFor: ["'script'"],
    trustedTypes: ["'none'"],
  },
  // the domain's own business, which an example must not decide for all its subdomains
  strictTransportSecurity: false,
})
