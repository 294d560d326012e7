/** What a page has done to itself before the tag comes, and whether events can arrive all the same. */
export interface HostileScript {
  name: string
  /** runs first in the page */
  script: string
  /** `quiet`: what the tag cannot do without is gone; it must not be heard of */
  events: 'arrive' | 'arrive when the page is left' | 'quiet'
}

const arrive = (name: string, script: string): HostileScript => ({ name, script, events: 'arrive' })
const leaving = (name: string, script: string): HostileScript => ({
  name,
  script,
  events: 'arrive when the page is left',
})
const quiet = (name: string, script: string): HostileScript => ({ name, script, events: 'quiet' })

const without = (path: string): string => {
  const [owner, name] = path.includes('.') ? path.split('.') : ['window', path]
  return `Object.defineProperty(${owner}, '${name}', { value: undefined, configurable: true, writable: true })`
}
const throwing = (owner: string, name: string): string => {
  const refuse = "() => { throw new DOMException('refused by the page', 'SecurityError') }"
  return `Object.defineProperty(${owner}, '${name}', { get: ${refuse}, set: ${refuse}, configurable: true })`
}
const throws = "() => { throw new TypeError('broken by the page') }"

export const frozen: HostileScript[] = [
  arrive(
    'every built-in and its prototype is frozen',
    `for (const name of Object.getOwnPropertyNames(window)) {
      const value = /^[A-Z]/.test(name) ? window[name] : undefined
      if (typeof value === 'function' || value === JSON || value === Math) {
        Object.freeze(value)
        if (value.prototype) Object.freeze(value.prototype)
      }
    }`,
  ),
  arrive('the history and the navigation are frozen', 'Object.freeze(history); Object.freeze(navigation)'),
  arrive('its own data layer is frozen', "window.dataLayer = Object.freeze([{ event: 'Pushed Before' }])"),
  arrive(
    'its own data layer cannot be read',
    `window.dataLayer = [{ get event() { throw new Error('unread') } }, null, 7]`,
  ),
  arrive('its own data layer is no list', "window.dataLayer = 'what else'"),
]

export const patched: HostileScript[] = [
  arrive(
    'fetch is wrapped, as monitors do',
    'const own = fetch; window.fetch = function () { return own.apply(this, arguments).then((answer) => answer) }',
  ),
  quiet('fetch throws', `window.fetch = ${throws}`),
  quiet('fetch returns nothing', 'window.fetch = () => {}'),
  quiet('fetch never answers', 'window.fetch = () => new Promise(() => {})'),
  quiet('fetch rejects with nothing', 'window.fetch = () => Promise.reject()'),
  quiet('fetch answers with an empty object', 'window.fetch = async () => ({})'),
  arrive('lists have a toJSON, as in Prototype', "Array.prototype.toJSON = function () { return '[' + this + ']' }"),
  arrive('prototypes have enumerable members', 'Object.prototype.extra = Array.prototype.more = function () {}'),
  quiet('JSON.stringify throws', `JSON.stringify = ${throws}`),
  quiet('JSON.stringify says nothing', 'JSON.stringify = () => {}'),
  leaving('JSON.parse throws', `JSON.parse = ${throws}`),
  arrive('Date.now stands still', 'const at = Date.now(); Date.now = () => at'),
  quiet('Date.now is not a number', 'Date.now = () => NaN'),
  arrive('Date.now is text', 'const own = Date.now; Date.now = () => String(own())'),
  arrive('Date has no now but a copy of its own', 'const Own = Date; window.Date = class extends Own {}'),
  quiet('Date.now throws', `Date.now = ${throws}`),
  arrive(
    'Promise is another, and its then is wrapped, as Zone does',
    `const Own = Promise, then = Own.prototype.then
    Own.prototype.then = function (done, failed) { return then.call(this, done && ((value) => done(value)), failed && ((why) => failed(why))) }
    window.Promise = class extends Own {}`,
  ),
  arrive('XMLHttpRequest is gone', without('XMLHttpRequest')),
  quiet('Map throws', `window.Map = class { constructor() { throw new Error('no maps') } }`),
  quiet(
    'addEventListener throws for what it does not know',
    `const own = addEventListener
    window.addEventListener = function (type) { if (type === 'storage') throw new Error(type); return own.apply(this, arguments) }`,
  ),
  leaving('timers never run', 'window.setTimeout = () => 0'),
  quiet('timers throw', `window.setTimeout = ${throws}`),
  arrive('Math.random is a constant', 'Math.random = () => 1'),
]

export const missing: HostileScript[] = [
  ...['indexedDB', 'navigation', 'localStorage', 'XMLHttpRequest', 'navigator.sendBeacon'].map((name) =>
    arrive(`there is no ${name}`, without(name)),
  ),
  arrive('there is no navigator.locks', without('Navigator.prototype.locks').replace('Navigator', 'navigator')),
  arrive(
    'there is no indexedDB.databases',
    without('IDBFactory.prototype').replace("IDBFactory, 'prototype'", "IDBFactory.prototype, 'databases'"),
  ),
  ...['crypto', 'queueMicrotask', 'AbortController', 'TextEncoder', 'URLSearchParams', 'Promise', 'fetch'].map((name) =>
    quiet(`there is no ${name}`, without(name)),
  ),
  arrive('localStorage is refused', throwing('window', 'localStorage')),
  arrive('cookies are refused', throwing('document', 'cookie')),
  arrive(
    'cookies and localStorage are refused',
    `${throwing('document', 'cookie')};${throwing('window', 'localStorage')}`,
  ),
  arrive('indexedDB is refused', throwing('window', 'indexedDB')),
  arrive(
    'all storage is refused',
    ['localStorage', 'sessionStorage', 'indexedDB']
      .map((name) => throwing('window', name))
      .join(';')
      .concat(';', throwing('document', 'cookie')),
  ),
]

const open = (then: string): string =>
  `IDBFactory.prototype.open = function () { const request = new EventTarget(); ${then}; return request }`

export const storage: HostileScript[] = [
  arrive('IndexedDB throws when it is opened', `IDBFactory.prototype.open = ${throws}`),
  arrive('IndexedDB fails to open', open("setTimeout(() => request.onerror?.(new Event('error')), 10)")),
  arrive('IndexedDB hangs when it is opened', open('')),
  arrive(
    'IndexedDB hangs when its databases are listed',
    'IDBFactory.prototype.databases = () => new Promise(() => {})',
  ),
  arrive(
    'IndexedDB is full',
    `IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError') }`,
  ),
  arrive(
    'IndexedDB aborts what it is given',
    `const own = IDBObjectStore.prototype.put
    IDBObjectStore.prototype.put = function () { setTimeout(() => { try { this.transaction.abort() } catch {} }); return own.apply(this, arguments) }`,
  ),
  arrive(
    'IndexedDB is closed under it',
    `const own = IDBDatabase.prototype.transaction
    let calls = 0
    IDBDatabase.prototype.transaction = function () { if (++calls === 3) this.close(); return own.apply(this, arguments) }`,
  ),
  arrive(
    'Web Locks reject',
    `LockManager.prototype.request = () => Promise.reject(new DOMException('refused', 'SecurityError'))`,
  ),
  arrive('Web Locks throw', `LockManager.prototype.request = ${throws}`),
  arrive(
    'localStorage is full',
    `Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') }`,
  ),
]
