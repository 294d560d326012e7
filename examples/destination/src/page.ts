import { html } from 'hono/html'
import type { Env } from './env.ts'

type Html = ReturnType<typeof html>

const emptyTimeline = (shop: string | undefined): Html => html`
  <div class="empty" id="empty">
    <svg class="rest" viewBox="0 0 120 40" width="180" height="60" aria-hidden="true">
      <path d="M0 6h120M0 13h120M0 20h120M0 27h120M0 34h120" stroke="currentColor" stroke-opacity=".35" />
      <path d="M57 7l7 8q-5 4 0 9-7-3-8 2 0 3 4 6-8-2-8-7 1-5 7-4-4-3-6-6 5-4 4-8z" fill="currentColor" />
    </svg>
    <h3>Nothing has arrived yet</h3>
    <p>${shop ? html`<a href="${shop}">Open the shop</a>` : 'Open the shop'} and view three products.</p>
    <p class="quiet">Accept the shop's question about consent first: without it nothing is collected.</p>
  </div>`

/** The live page: empty of data, which its scripts fetch and write as text alone. */
export const page = (nonce: string, { SHOP }: Env): Html => html`<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>Destination · Spartito</title>
  <link rel="icon" href="/client/icon.svg" type="image/svg+xml">
  <link rel="stylesheet" href="/client/style.css" nonce="${nonce}">
  <script type="module" src="/client/live.client.js" nonce="${nonce}"></script>
</head>
<body>
  <header class="top">
    <img src="/client/icon.svg" alt="" width="36" height="36">
    <div>
      <h1>Destination</h1>
      <p class="quiet">A tool that acts on audiences. Each change arrives here as a signed webhook.</p>
    </div>
    <p id="connection" class="connection" data-state="connecting" role="status">connecting</p>
  </header>
  <noscript><p class="notice">This page shows what arrives as it arrives, and needs JavaScript for it.</p></noscript>
  <p id="announcement" class="unseen" role="status" aria-live="polite"></p>
  <main>
    <section aria-labelledby="changes-title" class="timeline">
      <div class="head">
        <h2 id="changes-title">Changes of audience</h2>
        <p id="total" class="quiet"></p>
      </div>
      ${emptyTimeline(SHOP)}
      <ol id="changes" aria-labelledby="changes-title"></ol>
    </section>
    <section aria-labelledby="profile-title" class="beside">
      <div class="head">
        <h2 id="profile-title">Profile</h2>
        <p id="profile-state" class="quiet"></p>
      </div>
      <div id="profile"><p class="quiet">Choose a change to see the person behind it.</p></div>
    </section>
  </main>
</body>
</html>`
