import { readFile, writeFile } from 'node:fs/promises'
import { receiptLines, verifyReceipt } from '@spartito/privacy'
import { askAdministration } from '../collector/administration.ts'
import { escapeControls } from '../terminal/escape-controls.ts'
import type { AdminFlags } from './admin-flags.ts'
import type { ShownErasure } from './erase-person.ts'

export interface ReceiptFlags extends AdminFlags {
  out?: string
  /** a file, which is verified without asking anybody */
  verify?: string
  key?: string
}

/** Prints what a file says, when its signature holds. @throws Error when it does not */
const verifyFile = async (file: string, key: string | undefined): Promise<void> => {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new Error(`${file} cannot be read: ${error.message}`)
  })
  const verified = await verifyReceipt(text, key)
  if (!verified.ok) throw new Error(`${file}: ${verified.error}`)
  const { receipt, key: its, isExpectedKey } = verified.value
  for (const line of receiptLines(receipt)) console.log(escapeControls(line))
  console.log(
    isExpectedKey
      ? `the signature holds, by the key that you named`
      : `the signature holds, by the key ${its}: name the key of your deployment with --key, which spartito privacy receipt without an id prints`,
  )
}

const printKey = async ({ collector, tokenEnv }: AdminFlags): Promise<void> => {
  const administration = askAdministration(collector, tokenEnv, 'read')
  const { receiptKey } = (await (await administration('/admin/erasures')).json()) as {
    receiptKey: { x: string } | null
  }
  if (!receiptKey) throw new Error('this deployment signs nothing: PRIVACY_SECRET is not set')
  console.log(receiptKey.x)
}

/** Fetches the receipt of an erasure, verifies one that lies in a file, or prints the key that they are signed with. */
export const receipt = async (id: string | undefined, flags: ReceiptFlags): Promise<void> => {
  if (flags.verify !== undefined) return verifyFile(flags.verify, flags.key)
  if (id === undefined) return printKey(flags)
  const administration = askAdministration(flags.collector, flags.tokenEnv, 'read')
  const response = await administration(`/admin/erasures/${encodeURIComponent(id)}`, {}, { understands: [404] })
  if (response.status === 404) throw new Error(`there is no erasure ${id}`)
  const erasure = (await response.json()) as ShownErasure
  if (!erasure.receipt) throw new Error(`${id} has no receipt yet: it is ${erasure.state}`)
  const text = `${JSON.stringify(erasure.receipt, null, 2)}\n`
  if (flags.out === undefined) process.stdout.write(text)
  else {
    await writeFile(flags.out, text)
    console.log(`${flags.out}: verify it with spartito privacy receipt --verify ${flags.out}`)
  }
}
