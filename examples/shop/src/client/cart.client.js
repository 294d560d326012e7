import { tell } from './diary.client.js'
import { byId, element } from './dom.client.js'
import { recall, remember } from './memory.client.js'
import { priceShare } from './offers.client.js'

/** @typedef {{ product_id: string, name: string, price: number, quantity: number }} Item */

const euros = new Intl.NumberFormat('en-IE', { style: 'currency', currency: 'EUR' })

/** @param {number} amount */
const toCents = (amount) => Math.round(amount * 100) / 100

/** @returns {Item[]} */
const readCart = () => recall('cart') ?? []

/** @param {Item[]} items */
const fullPrice = (items) => items.reduce((sum, { price, quantity }) => sum + price * quantity, 0)

/** @param {Item[]} items */
const writeCart = (items) => {
  remember('cart', items.length > 0 ? items : undefined)
  showCart()
}

const showCount = () => {
  const count = readCart().reduce((sum, { quantity }) => sum + quantity, 0)
  byId('cart-count').hidden = count === 0
  byId('cart-count').textContent = String(count)
}

const showCart = () => {
  showCount()
  if (!document.getElementById('cart-items')) return // another page
  const items = readCart()
  byId('cart-empty').hidden = items.length > 0
  byId('cart-full').hidden = items.length === 0
  byId('cart-items').replaceChildren(
    ...items.map(({ product_id, name, price, quantity }) =>
      element(
        'tr',
        { 'data-item': product_id },
        element('th', { scope: 'row' }, element('a', { href: `/product/${product_id}` }, name)),
        element('td', {}, String(quantity)),
        element('td', {}, euros.format(price * quantity)),
      ),
    ),
  )
  const full = fullPrice(items)
  const total = toCents(full * priceShare())
  byId('cart-saving').textContent = `−${euros.format(full - total)}`
  byId('cart-total').textContent = euros.format(total)
}

/** @param {Omit<Item, 'quantity'>} product */
const addToCart = (product) => {
  const items = readCart()
  const known = items.find(({ product_id }) => product_id === product.product_id)
  if (known) known.quantity += 1
  else items.push({ ...product, quantity: 1 })
  writeCart(items)
  tell('Product Added', { ...product, quantity: 1 }, product.name)
}

const placeOrder = () => {
  const items = readCart()
  const revenue = toCents(fullPrice(items) * priceShare())
  const orderId = `BS-${crypto.randomUUID().slice(0, 8).toUpperCase()}`
  tell('Order Completed', { order_id: orderId, revenue, currency: 'EUR', items }, euros.format(revenue))
  writeCart([])
  byId('cart-empty').hidden = true
  byId('ordered').textContent = `Thank you. Order ${orderId} over ${euros.format(revenue)} is on its way.`
}

/** @returns {Omit<Item, 'quantity'> | undefined} the product that this page shows */
const shownProduct = () => {
  const { productId, name, price } = document.getElementById('product')?.dataset ?? {}
  return productId && name ? { product_id: productId, name, price: Number(price) } : undefined
}

export const startCart = () => {
  const product = shownProduct()
  if (product) {
    tell('Product Viewed', product, product.name)
    byId('add-to-cart').addEventListener('click', () => {
      addToCart(product)
      byId('added').textContent = 'In the cart.'
    })
  }
  document.getElementById('order')?.addEventListener('click', placeOrder)
  document.getElementById('empty-cart')?.addEventListener('click', () => writeCart([]))
  document.addEventListener('offers', showCart)
  showCart()
}
