import { sha256 } from '../identifiers/sha256.ts'

const gmail = /@(gmail|googlemail)\.com$/

/** Of Gmail's addresses the dots and what follows a `+` mean nothing, and go; of others they stay. */
const normalized = (email: string): string => {
  const text = email.replace(/\s/g, '').toLowerCase()
  if (!gmail.test(text)) return text
  const [local, domain] = text.split('@') as [string, string]
  return `${local.split('+')[0]!.replaceAll('.', '')}@${domain}`
}

/*
 * https://developers.google.com/data-manager/api/devguides/concepts/formatting, read 2026-11-22: SHA-256 in hex of an e-mail address without
 * spaces and in lower case, and of a telephone number in E.164 with its `+`.
 */
export const hashedEmail = (email: string): string => sha256(normalized(email))
export const hashedPhone = (e164: string): string => sha256(e164.trim())
