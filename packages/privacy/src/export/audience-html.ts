import type { Explanation } from '@spartito/engine'
import { conditionWords } from '../page/condition-words.ts'
import { type Html, html, raw } from '../page/html.ts'
import { instant } from '../page/page.ts'

type Truth = Explanation['tree']

const joined = { all: 'all of these hold', any: 'any of these holds', not: 'this does not hold' } as const

const mark = (holds: boolean): Html =>
  holds ? html`<span class="yes">✓ holds</span>` : html`<span class="no">✗ does not hold</span>`

const proofOf = (truth: Truth & { kind: 'condition' }): Html =>
  html`${
    truth.events?.length
      ? html` <span class="quiet">because of ${truth.events.map(
          ({ event, timestamp }, index) => html`${index > 0 && ', '}${event} (${instant(timestamp)})`,
        )}</span>`
      : undefined
  }${truth.inexact && html` <span class="quiet">(inexact)</span>`}`

const truthHtml = (truth: Truth): Html =>
  truth.kind === 'condition'
    ? html`<li>${mark(truth.holds)}: ${conditionWords(truth.condition)}${proofOf(truth)}</li>`
    : html`<li>${mark(truth.holds)}: ${joined[truth.kind]}<ul>${truth.parts.map(truthHtml)}</ul></li>`

const purposesOf = ({ purposes }: Explanation): Html | undefined => {
  const all = Object.entries(purposes)
  return all.length === 0
    ? undefined
    : html`<p class="quiet">Needs consent to ${all.map(([purpose, state]) => `${purpose} (${state})`).join(' and ')}.</p>`
}

/** Why somebody is in an audience: its conditions, which of them hold, and the newest events that each rests on. */
export const audienceHtml = (explanation: Explanation): Html =>
  html`<article><h3>${explanation.audience}</h3>
<p class="quiet">Since ${instant(explanation.since)}${
    explanation.next !== null && html`, until ${instant(explanation.next)} unless something happens`
  }.</p>
${purposesOf(explanation)}
<ul class="tree">${truthHtml(explanation.tree)}</ul></article>${raw('\n')}`
