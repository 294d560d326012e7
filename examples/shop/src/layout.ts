import { html } from 'hono/html'
import type { HtmlEscapedString } from 'hono/utils/html'
import type { Env } from './env.ts'
import { snippet } from './snippet.ts'

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>

export interface Page {
  title: string
  body: Html
}

const top = html`
  <header class="top">
    <a class="brand" href="/"><img src="/client/icon.svg" alt="" width="40" height="40"> Bottega Spartito</a>
    <nav class="menu" aria-label="Shop">
      <a href="/">All products</a>
      <a href="/cart">Cart <span id="cart-count" class="count" hidden></span></a>
      <a href="/account" id="account">Sign in</a>
      <span id="pro-badge" class="pro" title="You are in the audience pro" hidden>Pro</span>
      <button type="button" id="sign-out" class="plain" hidden>Sign out</button>
    </nav>
  </header>
  <div role="status"><p id="offer" class="offer" hidden><strong>10 % off for you</strong> — because you looked closely</p></div>`

const consentBanner = html`
  <section id="consent" class="consent" aria-labelledby="consent-title" hidden>
    <div>
      <h2 id="consent-title">May we take note?</h2>
      <p>With your consent the shop notes which products you view, to show you offers that fit. Until you choose,
        nothing is stored and nothing leaves this page.</p>
    </div>
    <p class="choices">
      <button type="button" id="consent-deny">Only necessary</button>
      <button type="button" id="consent-accept">Accept all</button>
    </p>
  </section>`

const strip = html`
  <aside id="strip" class="strip" aria-label="What just happened">
    <p id="strip-now" role="status"></p>
    <dl>
      <div><dt>Events</dt><dd id="strip-events">none yet</dd></div>
      <div><dt>My audiences</dt><dd id="strip-audiences">none yet</dd></div>
      <div><dt>I am</dt><dd id="strip-id">nobody yet</dd></div>
    </dl>
  </aside>`

const foot = ({ DESTINATION }: Env) => html`
  <footer class="foot">
    <p>An example of <strong>Spartito</strong>, the open customer data platform. Nothing here is for sale.</p>
    <p class="links">
      <button type="button" id="consent-change" class="plain">Change my choice about data</button>
      ${DESTINATION ? html`<a href="${DESTINATION}" target="_blank">See what arrives at the destination</a>` : ''}
    </p>
  </footer>`

/** Every page of the shop: the tag's snippet first in the head, then the shop's own script. */
export const layout = (env: Env, nonce: string, { title, body }: Page): Html => html`<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>${title}</title>
  ${snippet(env, nonce)}
  <link rel="icon" href="/client/icon.svg" type="image/svg+xml">
  <link rel="stylesheet" href="/client/style.css" nonce="${nonce}">
  <script type="module" src="/client/shop.client.js" nonce="${nonce}"></script>
</head>
<body>
  ${top}
  <main>${body}</main>
  ${foot(env)}
  <div class="bottom">${consentBanner}${strip}</div>
</body>
</html>`
