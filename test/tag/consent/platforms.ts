import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { GVL, TCModel, TCString } from '@iabtechlabtcf/core'
import { build } from 'esbuild'

/** The library that IAB gives to makers of platforms, for a page: its class as a global. */
const bundle = async (library: string, globalName: string): Promise<string> => {
  const { outputFiles } = await build({
    stdin: { contents: `export { CmpApi } from '${library}'`, resolveDir: import.meta.dirname },
    bundle: true,
    format: 'iife',
    globalName,
    write: false,
    logLevel: 'error',
  })
  return outputFiles[0]!.text
}

/**
 * Consent management platforms as pages have them, made of IAB's own libraries: the stub of TCF, a platform for TCF and one for GPP.
 * Both ask the visitor at once; a page answers for the visitor by `cmp`.
 */
export const platforms = async (): Promise<Map<string, string>> => {
  const [tcf, gpp, stub] = await Promise.all([
    bundle('@iabtechlabtcf/cmpapi', 'Tcf'),
    bundle('@iabgpp/cmpapi', 'Gpp'),
    readFile(createRequire(import.meta.url).resolve('@iabtechlabtcf/stub/lib/stub.js'), 'utf8'),
  ])
  return new Map([
    ['/tcf-stub.js', stub],
    // it knows the visitor's answer from another day, and tells after a moment
    ['/tcf-known.js', `${tcf};window.cmp = new Tcf.CmpApi(31, 2, true); setTimeout(() => cmp.update(known), 300)`],
    ['/tcf.js', `${tcf};window.cmp = new Tcf.CmpApi(31, 2, true); cmp.update('', true)`],
    [
      '/gpp.js',
      `${gpp};window.__gpp = window.__gpp || (() => [])
      window.cmp = new Gpp.CmpApi(31, 2); cmp.setSupportedAPIs(['7:usnat', '8:usca']); cmp.setCmpStatus('loaded')
      cmp.setApplicableSections([7]); cmp.setCmpDisplayStatus('visible')
      window.optOut = (section, fields) => {
        cmp.setSignalStatus('not ready')
        for (const field in fields) cmp.setFieldValue(section, field, fields[field])
        cmp.fireSectionChange(section)
        cmp.setSignalStatus('ready')
      }`,
    ],
  ])
}

const described = (count: number) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, i) => [
      i + 1,
      { id: i + 1, name: `${i + 1}`, description: '', illustrations: [] },
    ]),
  )

/** A list of vendors with none in it, which is all that a publisher's own purposes need. */
const vendorList = {
  gvlSpecificationVersion: 3,
  vendorListVersion: 100,
  tcfPolicyVersion: 5,
  lastUpdated: '2026-01-01T00:00:00Z',
  purposes: described(11),
  specialPurposes: described(3),
  features: described(3),
  specialFeatures: described(2),
  dataCategories: described(11),
  stacks: {},
  vendors: {},
}

/** The TC string of a visitor who consents to these purposes and to nothing else. */
export const tcStringOf = (purposes: number[]): string => {
  const model = new TCModel(new GVL(vendorList as unknown as ConstructorParameters<typeof GVL>[0]))
  model.cmpId = 31
  model.cmpVersion = 2
  model.isServiceSpecific = true
  model.purposeConsents.set(purposes)
  return TCString.encode(model)
}
