/** @typedef {{ path: string, status: number, sent: unknown, answer: unknown }} Exchange */

/** @param {string} text */
const parse = (text) => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/**
 * Looks on while the page talks to the collector. The client is left as it is: it calls `fetch`, and each answer is
 * handed to it as it came; this page reads a copy.
 *
 * @param {string} origin
 * @param {(exchange: Exchange) => void} onExchange
 */
export const observe = (origin, onExchange) => {
  const ask = window.fetch
  window.fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input, location.href)
    const answer = await ask(input, init)
    if (url.origin === origin) {
      const copy = answer.clone()
      void copy.text().then((text) =>
        onExchange({
          path: url.pathname,
          status: answer.status,
          sent: typeof init?.body === 'string' ? parse(init.body) : undefined,
          answer: parse(text),
        }),
      )
    }
    return answer
  }
}
