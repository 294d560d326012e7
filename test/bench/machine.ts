import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { cpus, loadavg, totalmem } from 'node:os'

export interface Machine {
  date: string
  cores: number
  model: string
  memoryGb: number
  loadAverage: number[]
  node: string
  workerd: string
}

const workerdVersion = async (): Promise<string> => {
  const manifest = createRequire(import.meta.url).resolve('workerd/package.json')
  return (JSON.parse(await readFile(manifest, 'utf8')) as { version: string }).version
}

/** What a number was measured on. */
export const readMachine = async (): Promise<Machine> => ({
  date: new Date().toISOString(),
  cores: cpus().length,
  model: cpus()[0]?.model.trim() ?? 'unknown',
  memoryGb: Math.round(totalmem() / 2 ** 30),
  loadAverage: loadavg().map((load) => Number(load.toFixed(2))),
  node: process.version,
  workerd: await workerdVersion(),
})

export const machineLine = ({ date, cores, model, memoryGb, loadAverage, node, workerd }: Machine): string =>
  `${date} · ${cores} cores (${model}) · ${memoryGb} GB · load ${loadAverage.join(' ')} · node ${node} · workerd ${workerd}`
