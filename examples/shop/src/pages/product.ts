import { html, raw } from 'hono/html'
import { type Product, products } from '../catalog.ts'
import type { Page } from '../layout.ts'
import { priceTag } from '../price.ts'

const others = (shown: Product) => html`
  <nav class="others" aria-labelledby="others-title">
    <h2 id="others-title">Look around</h2>
    <ul>
      ${products
        .filter(({ id }) => id !== shown.id)
        .map(
          ({ id, name, drawing }) => html`
            <li><a href="/product/${id}" data-product="${id}"><span class="plate">${raw(drawing)}</span> ${name}</a></li>`,
        )}
    </ul>
  </nav>`

/** The article says in data what it shows: the shop's script reads it for `Product Viewed`. */
export const productPage = (product: Product): Page => ({
  title: `${product.name} · Bottega Spartito`,
  body: html`
    <article
      id="product"
      class="product"
      data-product-id="${product.id}"
      data-name="${product.name}"
      data-price="${product.price}"
    >
      <div class="plate">${raw(product.drawing)}</div>
      <div>
        <p class="kind">${product.kind}</p>
        <h1>${product.name}</h1>
        <p class="lead">${product.line}</p>
        <p>${product.story}</p>
        ${priceTag(product.price)}
        <p><button type="button" id="add-to-cart" class="main">Add to cart</button> <span id="added" role="status"></span></p>
      </div>
    </article>
    ${others(product)}`,
})
