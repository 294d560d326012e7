export {
  type AudienceId,
  type Known,
  type KnownChoice,
  type PurposeName,
  SpartitoProvider,
  useAudience,
  useAudiences,
  useConsent,
  useSpartito,
} from '@spartito/react'
export * from './client.ts'
