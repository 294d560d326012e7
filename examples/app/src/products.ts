export const products = [
  { sku: 'p1', name: 'Espresso cups', price: 24 },
  { sku: 'p2', name: 'Moka pot', price: 38 },
]
