import { bridgeWebView } from '@spartito/react-native'
import { useEffect, useState } from 'react'
import { WebView } from 'react-native-webview'
import { site, spartito } from '../spartito'

/** A page of the shop's site: what happens on it is the app's, of the same visitor. */
export const TermsScreen = () => {
  const [bridge] = useState(() => bridgeWebView(spartito, { origins: [site] }))
  useEffect(() => bridge.stop, [bridge])
  return <WebView ref={bridge.ref} source={{ uri: `${site}/terms` }} {...bridge.props} />
}
