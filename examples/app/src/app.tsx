import { NavigationContainer, useNavigationContainerRef } from '@react-navigation/native'
import { createNativeStackNavigator } from '@react-navigation/native-stack'
import { SpartitoProvider, trackScreens } from '@spartito/react-native'
import { useRef } from 'react'
import { ConsentNotice } from './consent-notice'
import { HomeScreen } from './screens/home'
import { ProductScreen } from './screens/product'
import { TermsScreen } from './screens/terms'
import { spartito } from './spartito'

export type Screens = { Home: undefined; Product: { sku: string }; Terms: undefined }

const Stack = createNativeStackNavigator<Screens>()

/** Links that open the app, and the screens that they lead to: `shop://product/p1?utm_source=mail`. */
const linking = {
  prefixes: ['shop://', 'https://shop.example'],
  config: { screens: { Home: '', Product: 'product/:sku', Terms: 'terms' } },
}

export const App = () => {
  const navigation = useNavigationContainerRef<Screens>()
  const stop = useRef<() => void>(undefined)
  return (
    <SpartitoProvider client={spartito}>
      <NavigationContainer
        ref={navigation}
        linking={linking}
        onReady={() => {
          stop.current?.()
          stop.current = trackScreens(navigation, spartito)
        }}
      >
        <Stack.Navigator>
          <Stack.Screen name="Home" component={HomeScreen} options={{ title: 'Shop' }} />
          <Stack.Screen name="Product" component={ProductScreen} />
          <Stack.Screen name="Terms" component={TermsScreen} />
        </Stack.Navigator>
      </NavigationContainer>
      <ConsentNotice />
    </SpartitoProvider>
  )
}
