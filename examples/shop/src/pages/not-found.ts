import { html } from 'hono/html'
import type { Page } from '../layout.ts'

export const notFound: Page = {
  title: 'Not here · Bottega Spartito',
  body: html`
    <section class="sheet">
      <h1>Not on these shelves</h1>
      <p>There is no such page. <a href="/">All products</a> are one step away.</p>
    </section>`,
}
