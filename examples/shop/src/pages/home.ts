import { html, raw } from 'hono/html'
import { type Product, products } from '../catalog.ts'
import type { Page } from '../layout.ts'
import { priceTag } from '../price.ts'

const card = ({ id, name, kind, line, price, drawing }: Product) => html`
  <li>
    <a class="card" href="/product/${id}" data-product="${id}">
      <span class="plate">${raw(drawing)}</span>
      <span class="kind">${kind}</span>
      <strong>${name}</strong>
      <span class="line">${line}</span>
      ${priceTag(price)}
    </a>
  </li>`

const staves = html`
  <svg class="staves" viewBox="0 0 420 150" aria-hidden="true">
    <g fill="none" stroke="currentColor" stroke-opacity=".4">
      <path d="M0 52q105-34 210 0t210 0" /><path d="M0 66q105-34 210 0t210 0" /><path d="M0 80q105-34 210 0t210 0" />
      <path d="M0 94q105-34 210 0t210 0" /><path d="M0 108q105-34 210 0t210 0" />
    </g>
    <g fill="currentColor">
      <ellipse cx="70" cy="78" rx="9" ry="6.6" transform="rotate(-20 70 78)" />
      <ellipse cx="118" cy="63" rx="9" ry="6.6" transform="rotate(-20 118 63)" />
      <ellipse cx="196" cy="89" rx="9" ry="6.6" transform="rotate(-20 196 89)" />
      <ellipse cx="268" cy="112" rx="9" ry="6.6" transform="rotate(-20 268 112)" />
      <ellipse cx="312" cy="97" rx="9" ry="6.6" transform="rotate(-20 312 97)" />
      <ellipse cx="356" cy="82" rx="9" ry="6.6" transform="rotate(-20 356 82)" />
    </g>
    <path d="M78 75V30l48-14v45M204 86V36q3 14 16 20M276 109V62l88-29v46M320 94V47" fill="none" stroke="currentColor" stroke-width="3" stroke-linejoin="round" />
    <path d="m78 30 48-14v8L78 38zM276 62l88-29v8l-88 29z" fill="currentColor" />
  </svg>`

export const home: Page = {
  title: 'Bottega Spartito: scores and instruments',
  body: html`
    <section class="hero">
      <div>
        <h1>Everything but the talent</h1>
        <p>Scores, instruments and small tools for the desk, from a workshop that plays what it sells.</p>
      </div>
      ${staves}
    </section>
    <ul class="grid">${products.map(card)}</ul>`,
}
