import { sha256 } from '../identifiers/sha256.ts'

/*
 * https://developers.facebook.com/docs/marketing-api/conversions-api/parameters/customer-information-parameters, read 2026-11-22: SHA-256 in
 * hex of an e-mail address trimmed and in lower case, and of a telephone number with its country, without `+`, symbols and leading zeros.
 */
export const hashedEmail = (email: string): string => sha256(email.trim().toLowerCase())
export const hashedPhone = (e164: string): string => sha256(e164.replace(/\D/g, '').replace(/^0+/, ''))
