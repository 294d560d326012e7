import type { NativeStackScreenProps } from '@react-navigation/native-stack'
import { useAudience } from '@spartito/react-native'
import { Button, ScrollView, Text } from 'react-native'
import type { Screens } from '../app'
import { products } from '../products'

export const HomeScreen = ({ navigation }: NativeStackScreenProps<Screens, 'Home'>) => {
  const isBuyer = useAudience('buyers')
  return (
    <ScrollView contentContainerStyle={{ padding: 16, gap: 8 }}>
      {isBuyer ? <Text>Welcome back: ten per cent for you.</Text> : null}
      {products.map(({ sku, name }) => (
        <Button key={sku} title={name} onPress={() => navigation.navigate('Product', { sku })} />
      ))}
      <Button title="Terms" onPress={() => navigation.navigate('Terms')} />
    </ScrollView>
  )
}
