import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/min'

/** Whether a country (ISO 3166-1, two letters) has telephone numbers that `readPhone` knows. */
export const isPhoneCountry = (country: string): country is CountryCode => isSupportedCountry(country)

/** 15 digits at most; what the library takes for valid can have one more, such as 14 after +49. */
const e164 = /^\+[1-9]\d{1,14}$/

const parse = (text: string, country?: CountryCode) => {
  const number = parsePhoneNumberFromString(text, {
    extract: false,
    ...(country && { defaultCountry: country }),
  })
  // An extension is a person behind a number, and E.164 has none.
  return number?.isValid() && number.ext === undefined && e164.test(number.number) ? number : undefined
}

/**
 * Reads a telephone number as E.164 (SPEC ID1); undefined for what is none. Its length and first digits are looked at,
 * not whether somebody has assigned it: one form is wanted here, and numbering plans change.
 *
 * Without `+` it is a number of `country`, and without a country none. One that could also be the whole number with the
 * `+` left out (`491701234567` in DE) is none either: taken wrongly, it would be somebody else's.
 */
export const readPhone = (text: string, country?: string): string | undefined => {
  const national = country !== undefined && isPhoneCountry(country) && !text.startsWith('+') ? country : undefined
  const number = parse(text, national)
  if (!number || !national) return number?.number
  const whole = parse(`+${text}`)
  const isAmbiguous = whole?.countryCallingCode === number.countryCallingCode && whole.number !== number.number
  return isAmbiguous ? undefined : number.number
}
