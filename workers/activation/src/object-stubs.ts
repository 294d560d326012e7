import { deliveryObjectName } from '@spartito/engine'
import type { Env } from './env.ts'

const within = <T extends Rpc.DurableObjectBranded>(namespace: DurableObjectNamespace<T>, jurisdiction: string) =>
  jurisdiction === '' ? namespace : namespace.jurisdiction(jurisdiction as DurableObjectJurisdiction)

/** The object that waits for a confirmation; a new stub each time, since a broken one stays broken. */
export const visitorStub = (env: Env, name: string) => within(env.VISITOR, env.JURISDICTION).getByName(name)

export const statsStub = (env: Env, shard: number) => within(env.STATS, env.JURISDICTION).getByName(`stats-${shard}`)

export const rosterStub = (env: Env, shard: number) => within(env.ROSTER, env.JURISDICTION).getByName(`roster-${shard}`)

export const keeperStub = (env: Env) => within(env.LAKE_KEEPER, env.JURISDICTION).getByName('lake')

export const quarantineStub = (env: Env, name: string) => within(env.QUARANTINE, env.JURISDICTION).getByName(name)

export const walkStub = (env: Env) => within(env.PROFILE_WALK, env.JURISDICTION).getByName('profiles')
export const deliveriesStub = (env: Env, destination: string, shard: number) =>
  within(env.DELIVERIES, env.JURISDICTION).getByName(deliveryObjectName(destination, shard))
