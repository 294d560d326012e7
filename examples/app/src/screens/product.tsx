import type { NativeStackScreenProps } from '@react-navigation/native-stack'
import { useSpartito } from '@spartito/react-native'
import * as Crypto from 'expo-crypto'
import { useEffect } from 'react'
import { Button, Text, View } from 'react-native'
import type { Screens } from '../app'
import { products } from '../products'
import type { spartito } from '../spartito'

export const ProductScreen = ({ route }: NativeStackScreenProps<Screens, 'Product'>) => {
  const client = useSpartito<typeof spartito>()
  const product = products.find(({ sku }) => sku === route.params.sku)
  useEffect(() => {
    if (product) client.track('Product Viewed', product)
  }, [client, product])
  if (!product) return <Text>There is no such product.</Text>

  const buy = () =>
    client.track('Order Completed', { order_id: Crypto.randomUUID(), revenue: product.price, currency: 'EUR' })
  return (
    <View style={{ padding: 16, gap: 8 }}>
      <Text>{product.name}</Text>
      <Button title={`Buy for ${product.price} €`} onPress={buy} />
    </View>
  )
}
