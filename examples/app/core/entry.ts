import { bridgeWebView, createClient, trackScreens } from '@spartito/react-native/client'

/** What a program finds that runs the bundle: all of the package but its hooks. */
Object.assign(globalThis, { spartitoApp: { bridgeWebView, createClient, trackScreens } })
