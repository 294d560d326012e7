import { html } from 'hono/html'
import type { Env } from './env.ts'

/** The page, with the two values that a site changes to leave Segment: the host, and the write key. */
export const page = ({ COLLECTOR, WRITE_KEY }: Env, nonce: string) => html`<!doctype html>
<html lang="en" data-collector="${COLLECTOR}" data-write-key="${WRITE_KEY}">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>Segment's client · Spartito</title>
  <link rel="icon" href="data:,">
  <link rel="stylesheet" href="/client/style.css" nonce="${nonce}">
  <script defer src="/client/analytics.client.js" nonce="${nonce}"></script>
  <script type="module" src="/client/page.client.js" nonce="${nonce}"></script>
</head>
<body>
  <header>
    <h1>Segment's client, another collector</h1>
    <p>This page runs <code>@segment/analytics-next</code> as it comes from npm. Only its host options differ, so a site
      that has it changes two lines and keeps all its calls.</p>
  </header>
  <main>
    <section aria-labelledby="options-title">
      <h2 id="options-title">What a site changes</h2>
      <pre id="options"></pre>
    </section>
    <section aria-labelledby="do-title">
      <h2 id="do-title">Do something</h2>
      <p class="field">
        <label><input type="checkbox" id="consent"> I agree to analytics</label>
        <span class="hint">sent with each event, as Segment's own consent plugins do</span>
      </p>
      <p class="field">
        <label for="user-id">User id</label> <input id="user-id" value="ada" maxlength="255" autocomplete="off">
        <label for="plan">Plan</label> <select id="plan"><option>free</option><option>pro</option></select>
      </p>
      <p class="buttons">
        <button type="button" id="page">Page</button>
        <button type="button" id="view-product">View product</button>
        <button type="button" id="identify">Identify</button>
        <button type="button" id="reset">Reset</button>
      </p>
      <dl>
        <div><dt>Client</dt><dd id="client-state" role="status">loading</dd></div>
        <div><dt>My audiences</dt><dd id="audiences" role="status">none yet</dd></div>
        <div><dt>Anonymous id</dt><dd id="anonymous-id">—</dd></div>
        <div><dt>User id</dt><dd id="identified">—</dd></div>
      </dl>
    </section>
    <section aria-labelledby="log-title" class="wide">
      <h2 id="log-title">What went out, and what came back</h2>
      <ol id="log" aria-live="polite"></ol>
    </section>
  </main>
</body>
</html>`
