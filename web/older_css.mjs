/** Styles for the oldest browsers of the floor: before what they skip stands what they know. */

import { readFileSync } from 'node:fs'

const TERM = String.raw`(?:[^(),]|\((?:[^()]|\([^()]*\))*\))+?` // of a function's arguments: brackets in it are closed
const MIXED = new RegExp(String.raw`color-mix\(in srgb, (${TERM}) (\d+)%, (${TERM})\)`, 'g')
const DECLARATION = /^ *[\w-]+: [^;{}]*(?:\ddvh|color-mix\()[^;{}]*;$/gm
const MIXES = '@supports (color: color-mix(in srgb, red 1%, blue))'

/** Return a declaration as Chrome 92 to 110 take it: heights of the whole window, and a plain colour for a mixed one. */
function plain(declaration) {
  return declaration
    .replace(/(\d)dvh/g, '$1vh')
    .replace(MIXED, (_, colour, percent, other) => (other === 'transparent' && percent < 50 ? `rgb(128 128 128 / ${percent}%)` : colour))
}

/** Return both. What holds a variable is not skipped by who does not know it, but void: it has to be asked for. */
function both(declaration) {
  return `${plain(declaration)}\n${declaration.includes('color-mix(') ? `${MIXES} { ${declaration} }` : declaration}`
}

export function olderCss() {
  return {
    name: 'older css',
    setup(made) {
      made.onLoad({ filter: /\.css$/ }, ({ path }) => ({
        contents: readFileSync(path, 'utf8').replace(DECLARATION, both),
        loader: 'css',
      }))
    },
  }
}
