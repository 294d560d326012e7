import { buildPeer } from '../peers/build-peer.ts'
import { fetchPackages } from '../peers/fetch-packages.ts'
import { packages } from '../peers/packages.ts'
import { type Peer, peers } from '../peers/peers.ts'
import { type Weight, weigh } from './weigh.ts'

export interface PeerWeight extends Weight {
  name: string
  /** its package, version and file, and what was done to it */
  what: string
}

const howBuilt = ({ build }: Peer): string =>
  build.kind === 'bundled'
    ? `modules only: ${build.usage}, bundled and minified here`
    : `${build.file}${build.kind === 'minified' ? ', minified here' : ''}`

const versionOf = (wanted: string): string => packages.find(({ name }) => name === wanted)!.version

/** Weighs the peers' builds, the lightest first. @throws Error where they cannot be fetched */
export const weighPeers = async (): Promise<PeerWeight[]> => {
  await fetchPackages()
  const weights = await Promise.all(
    Object.values<Peer>(peers).map(async (peer) => ({
      name: peer.name,
      what: `${peer.package} ${versionOf(peer.package)}, ${howBuilt(peer)}`,
      ...weigh(Buffer.from(await buildPeer(peer))),
    })),
  )
  return weights.sort((a, b) => a.brotliBytes - b.brotliBytes)
}
