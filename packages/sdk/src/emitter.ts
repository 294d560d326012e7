import type { Topics } from './client-api.ts'

export interface Emitter {
  on<Topic extends keyof Topics>(topic: Topic, listener: (...news: Topics[Topic]) => void): () => void
  emit<Topic extends keyof Topics>(topic: Topic, ...news: Topics[Topic]): void
}

/** Listeners by topic, called in the order they came; one that throws stops nobody. */
export const createEmitter = (): Emitter => {
  const listeners = new Set<(about: keyof Topics, ...news: unknown[]) => void>()

  const on: Emitter['on'] = (topic, listener) => {
    const hear = (about: keyof Topics, ...news: unknown[]): void => {
      if (about === topic) listener(...(news as Topics[typeof topic]))
    }
    listeners.add(hear)
    return () => listeners.delete(hear)
  }

  const emit: Emitter['emit'] = (...news) => {
    for (const hear of listeners)
      try {
        hear(...news)
      } catch {
        // the page's own bug must not stop the client (QU4)
      }
  }

  return { on, emit }
}
