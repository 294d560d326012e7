/** What a process may wait for: another object's answer, a process of its own object, a while, or just its next turn. */
export type Wait =
  | { kind: 'call'; to: string; start: () => Routine<unknown> }
  | { kind: 'join'; process: Process }
  | { kind: 'sleep'; ms: number }
  | { kind: 'turn' }

// biome-ignore lint/suspicious/noExplicitAny: what comes back is known to whoever waits
export type Routine<T> = Generator<Wait, T, any>

/** What the network or a crash does to a call; it has no stack, since so many are thrown. All other errors are bugs and end the run. */
export class Fault {
  readonly reason: string
  constructor(reason: string) {
    this.reason = reason
  }
}

interface Outcome {
  value?: unknown
  error?: Fault
}

export interface Process {
  at: string
  routine: Routine<unknown>
  waiters: { process: Process; isLost: boolean }[]
  outcome: Outcome | undefined
  isDead: boolean
}

/** How often things go wrong, each from 0 to 1. */
export interface Faults {
  /** a message never arrives */
  lost: number
  /** its answer never arrives, or so late that nobody waits */
  unanswered: number
  /** it arrives twice */
  twice: number
  /** an object is put away at a step: what is not stored is gone */
  crash: number
}

export const noFaults: Faults = { lost: 0, unanswered: 0, twice: 0, crash: 0 }

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
export const createRandom = (seed: number) => {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  return {
    next,
    isLucky: (chance: number): boolean => chance > 0 && next() < chance,
    below: (bound: number): number => Math.floor(next() * bound),
    pick: <T>(choices: readonly T[]): T => choices[Math.floor(next() * choices.length)]!,
  }
}

export type Random = ReturnType<typeof createRandom>

/**
 * Objects that call each other on one clock. Of all that could go on, the seed picks what does: so messages are late and overtake
 * one another. Faults lose them, double them, and put objects away between any two steps.
 *
 * @param onCrash what an object forgets
 */
export const createNetwork = (random: Random, start: number, onCrash: (at: string) => void) => {
  let now = start
  let faults = noFaults
  let calls = 0
  const ready: { process: Process; outcome: Outcome }[] = []
  const asleep: { process: Process; until: number }[] = []
  const living = new Set<Process>()

  const spawn = (at: string, routine: Routine<unknown>): Process => {
    const process: Process = { at, routine, waiters: [], outcome: undefined, isDead: false }
    living.add(process)
    ready.push({ process, outcome: {} })
    return process
  }

  const end = (process: Process, outcome: Outcome): void => {
    process.outcome = outcome
    living.delete(process)
    for (const { process: waiter, isLost } of process.waiters)
      ready.push({ process: waiter, outcome: isLost ? { error: new Fault('no answer') } : outcome })
  }

  const call = (caller: Process, { to, start }: Extract<Wait, { kind: 'call' }>): void => {
    calls++
    if (random.isLucky(faults.lost)) {
      ready.push({ process: caller, outcome: { error: new Fault('lost') } })
      return
    }
    const isLost = random.isLucky(faults.unanswered)
    const callee = spawn(to, start())
    // An answer may be given up on before the message has arrived.
    if (isLost && random.isLucky(0.5)) ready.push({ process: caller, outcome: { error: new Fault('too late') } })
    else callee.waiters.push({ process: caller, isLost })
    if (random.isLucky(faults.twice)) spawn(to, start())
  }

  const step = (process: Process, { value, error }: Outcome): void => {
    let result: IteratorResult<Wait, unknown>
    try {
      result = error ? process.routine.throw(error) : process.routine.next(value)
    } catch (thrown) {
      if (!(thrown instanceof Fault)) throw thrown
      end(process, { error: thrown })
      return
    }
    if (result.done) {
      end(process, { value: result.value })
      return
    }
    const wait = result.value
    if (wait.kind === 'call') call(process, wait)
    else if (wait.kind === 'sleep') asleep.push({ process, until: now + wait.ms })
    else if (wait.kind === 'turn') ready.push({ process, outcome: {} })
    else if (wait.process.outcome) ready.push({ process, outcome: wait.process.outcome })
    else wait.process.waiters.push({ process, isLost: false })
  }

  const crash = (at: string): void => {
    onCrash(at)
    // What has not begun is still on its way, and arrives at the object's next life.
    for (const process of [...living])
      if (process.at === at && !ready.some((its) => its.process === process && isUnbegun(process))) {
        process.isDead = true
        end(process, { error: new Fault('crash') })
      }
  }
  const begun = new WeakSet<Process>()
  const isUnbegun = (process: Process): boolean => !begun.has(process)

  return {
    spawn,
    crash,
    get now() {
      return now
    },
    get calls() {
      return calls
    },
    get isIdle() {
      return ready.length === 0
    },
    /** when the next sleeper wakes; Infinity while none sleeps */
    get wakesAt(): number {
      return asleep.reduce((first, { until }) => Math.min(first, until), Number.POSITIVE_INFINITY)
    },
    withFaults(wanted: Faults): void {
      faults = wanted
    },
    passTime(ms: number): void {
      now += ms
      for (let place = asleep.length - 1; place >= 0; place--)
        if (asleep[place]!.until <= now) ready.push({ process: asleep.splice(place, 1)[0]!.process, outcome: {} })
    },
    /** Lets one process go on, or puts its object away. */
    step(): void {
      const place = random.below(ready.length)
      const { process, outcome } = ready[place]!
      ready[place] = ready.at(-1)!
      ready.pop()
      if (process.isDead) return
      this.passTime(random.below(3))
      if (process.at !== 'client' && random.isLucky(faults.crash)) {
        ready.push({ process, outcome })
        crash(process.at)
        return
      }
      begun.add(process)
      step(process, outcome)
    },
  }
}

export type Network = ReturnType<typeof createNetwork>
