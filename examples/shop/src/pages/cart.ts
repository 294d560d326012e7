import { html } from 'hono/html'
import type { Page } from '../layout.ts'

/** The cart lives in the visitor's browser, so its rows are written there. */
export const cart: Page = {
  title: 'Cart · Bottega Spartito',
  body: html`
    <section class="sheet" aria-labelledby="cart-title">
      <h1 id="cart-title">Your cart</h1>
      <p id="cart-empty">Nothing in it yet. <a href="/">Look around</a>, it is all drawn by hand.</p>
      <div id="cart-full" hidden>
        <table>
          <thead><tr><th scope="col">Product</th><th scope="col">Quantity</th><th scope="col">Price</th></tr></thead>
          <tbody id="cart-items"></tbody>
          <tfoot>
            <tr class="saving"><th scope="row" colspan="2">10 % off, because you looked closely</th><td id="cart-saving"></td></tr>
            <tr><th scope="row" colspan="2">Total</th><td id="cart-total"></td></tr>
          </tfoot>
        </table>
        <p class="actions">
          <button type="button" id="empty-cart" class="plain">Empty the cart</button>
          <button type="button" id="order" class="main">Place the order</button>
        </p>
      </div>
      <p id="ordered" class="thanks" role="status"></p>
    </section>`,
}
