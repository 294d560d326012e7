import { createServer } from 'node:net'

const isFree = (port: number, host: string): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, host, () => server.close(() => resolve(true)))
  })

/** @throws Error that names the port, when another program listens on it */
export const requireFreePorts = async (ports: Record<string, number>, host: string): Promise<void> => {
  for (const [name, port] of Object.entries(ports))
    if (!(await isFree(port, host)))
      throw new Error(
        `port ${port}, for the ${name}, is taken: end the program that listens on it, or choose others with --port`,
      )
}

/** A port that nothing listens on now. */
export const findFreePort = (host: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, host, () => {
      const address = server.address()
      server.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port')),
      )
    })
  })
