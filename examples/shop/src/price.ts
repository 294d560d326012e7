import { html } from 'hono/html'

const euros = new Intl.NumberFormat('en-IE', { style: 'currency', currency: 'EUR' })

/** What members of the audience `engaged` pay of the price. */
const offerShare = 0.9

/** Both prices; the style sheet shows the one that holds for this visitor. */
export const priceTag = (price: number) => html`<p class="price">
  <span class="full">${euros.format(price)}</span>
  <span class="reduced"><span class="unseen">with your 10 % off</span> ${euros.format(price * offerShare)}</span>
</p>`
