import celloSuites from './drawings/cello-suites.svg'
import flute from './drawings/flute.svg'
import manuscriptPaper from './drawings/manuscript-paper.svg'
import metronome from './drawings/metronome.svg'
import tuningFork from './drawings/tuning-fork.svg'
import violin from './drawings/violin.svg'

export interface Product {
  id: string
  name: string
  kind: string
  /** in euros */
  price: number
  line: string
  story: string
  /** trusted markup: our own drawing */
  drawing: string
}

export const products: readonly Product[] = [
  {
    id: 'violin',
    name: 'Violin “Piccola”',
    kind: 'Instrument',
    price: 420,
    line: 'Spruce and maple, set up and ready to sing.',
    story:
      'A full-size violin with a warm, round voice, made for the second teacher rather than the first lesson. It leaves the workshop tuned, with a bow, and with rosin for a year of mistakes.',
    drawing: violin,
  },
  {
    id: 'flute',
    name: 'Maple flute',
    kind: 'Instrument',
    price: 310,
    line: 'A simple-system flute, turned by hand.',
    story:
      'Six holes, one key and no secrets. Turned from maple that has dried for nine years, oiled with linseed, and voiced at A 440 by somebody who plays it for a living.',
    drawing: flute,
  },
  {
    id: 'cello-suites',
    name: 'Bach: Six Cello Suites',
    kind: 'Score',
    price: 24,
    line: 'A clean edition, with the bowings left to you.',
    story:
      'Printed from the early copies on cream paper that lies flat on the stand. No fingerings, no bowings, no opinions: wide margins for yours.',
    drawing: celloSuites,
  },
  {
    id: 'metronome',
    name: 'Wind-up metronome',
    kind: 'For the desk',
    price: 59,
    line: '40 to 208 beats a minute, no battery.',
    story:
      'A walnut case, a brass weight and a spring. It keeps time for twenty minutes on one winding and has never asked anybody to update it.',
    drawing: metronome,
  },
  {
    id: 'tuning-fork',
    name: 'Tuning fork, A 440',
    kind: 'For the desk',
    price: 14,
    line: 'One note, always the right one.',
    story:
      'Tempered steel, ground by hand until the beats against the reference vanish. Strike it on the knee, never on the table, and hold the foot to the bridge.',
    drawing: tuningFork,
  },
  {
    id: 'manuscript-paper',
    name: 'Manuscript paper',
    kind: 'For the desk',
    price: 9,
    line: 'Forty sheets, twelve staves, a pencil.',
    story:
      'Paper with enough tooth for a soft pencil and enough weight for a hard rubber. The staves are printed in a grey that steps back as soon as there is something to read.',
    drawing: manuscriptPaper,
  },
]

export const findProduct = (id: string): Product | undefined => products.find((product) => product.id === id)
