import type { Client } from '@spartito/sdk'

/** A navigation container's ref of React Navigation, version 6 and 7. */
export interface Navigation {
  addListener(type: 'state', listener: () => void): () => void
  getCurrentRoute(): { name: string } | undefined
}

/**
 * Records each screen that the visitor comes to, once for each change of route; never its parameters, which may hold anything.
 *
 * @returns what ends it
 */
export const trackScreens = (navigation: Navigation, client: Pick<Client, 'screen'>): (() => void) => {
  let shown: string | undefined
  const look = (): void => {
    const name = navigation.getCurrentRoute()?.name
    if (name === undefined || name === shown) return
    shown = name
    client.screen(name)
  }
  look()
  return navigation.addListener('state', look)
}
