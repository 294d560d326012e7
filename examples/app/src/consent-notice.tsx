import { consentOfTracking, useConsent } from '@spartito/react-native'
import { requestTrackingPermissionsAsync } from 'expo-tracking-transparency'
import { Button, Text, View } from 'react-native'

/** Asks once; on iOS the system's own question about tracking decides on advertising. */
export const ConsentNotice = () => {
  const [choice, decide] = useConsent()
  if (choice.analytics !== undefined) return null

  const accept = async () => {
    const { status } = await requestTrackingPermissionsAsync()
    decide(
      { analytics: true, ...consentOfTracking(status, ['advertising']) },
      { source: 'att', policyVersion: '2026-11' },
    )
  }
  return (
    <View style={{ padding: 16, gap: 8 }}>
      <Text>May we count what you look at, to make the shop better?</Text>
      <Button title="Yes" onPress={() => void accept()} />
      <Button title="No" onPress={() => decide({ analytics: false, advertising: false }, { source: 'notice' })} />
    </View>
  )
}
