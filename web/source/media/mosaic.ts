/** How the pictures of an album lie beside and above each other, by their aspect ratios. Pure.
 *
 * All ways are tried to cut the row of pictures into lines, and for a few pictures those with a high one beside a
 * column of the others. The best fills the width, is about as high as it is wide, and has lines of like heights. */

export interface Tile {
  x: number // from the side where reading begins
  y: number
  width: number
  height: number
}

export interface Mosaic {
  width: number
  height: number
  tiles: Tile[]
}

const WIDTH = 420 // of every album; where there is less room it is scaled
const HEIGHT_MAX = 520
const HEIGHT_BEST = 400
const GAP = 2
const RATIO_MIN = 0.6 // width by height: longer and higher pictures are cut
const RATIO_MAX = 2.2
const SIDE_MIN = 80 // below it a picture is too small to be looked at
const IN_LINE_MAX = 4
const TRIED_MAX = 10 // pictures for which all ways are tried: no album has more
const HIGH = 0.85 // ratio below which a picture may stand beside a column

/** Return how a number of things can be cut into lines, each way as the lengths of its lines. */
function cuts(count: number): number[][] {
  if (count === 0) return [[]]
  const ways: number[][] = []
  for (let first = 1; first <= Math.min(IN_LINE_MAX, count); first++) {
    for (const rest of cuts(count - first)) ways.push([first, ...rest])
  }
  return ways
}

function inLines(ratios: readonly number[], lengths: readonly number[]): Mosaic {
  const tiles: Tile[] = []
  let y = 0
  let at = 0
  for (const length of lengths) {
    const line = ratios.slice(at, at + length)
    const height = (WIDTH - GAP * (length - 1)) / line.reduce((sum, ratio) => sum + ratio, 0)
    let x = 0
    for (const ratio of line) {
      tiles.push({ x, y, width: height * ratio, height })
      x += height * ratio + GAP
    }
    y += height + GAP
    at += length
  }
  return { width: WIDTH, height: y - GAP, tiles }
}

/** The first picture over the whole height, the others in a column beside it. */
function besideColumn(ratios: readonly number[]): Mosaic {
  const [first = 1, ...others] = ratios
  const slopes = others.reduce((sum, ratio) => sum + 1 / ratio, 0)
  const gaps = GAP * (others.length - 1)
  const height = ((WIDTH - GAP) * slopes + gaps) / (1 + first * slopes)
  const tiles: Tile[] = [{ x: 0, y: 0, width: height * first, height }]
  const width = WIDTH - GAP - height * first
  let y = 0
  for (const ratio of others) {
    tiles.push({ x: WIDTH - width, y, width, height: width / ratio })
    y += width / ratio + GAP
  }
  return { width: WIDTH, height, tiles }
}

/** Return how bad a layout is: 0 would be perfect. */
function cost({ height, tiles }: Mosaic): number {
  const heights = tiles.map((tile) => tile.height)
  const smallest = Math.min(...tiles.map((tile) => Math.min(tile.width, tile.height)))
  const uneven = Math.max(...heights) / Math.min(...heights) - 1
  const tooHigh = Math.max(0, height - HEIGHT_MAX) / HEIGHT_MAX
  const tooSmall = Math.max(0, SIDE_MIN - smallest) / SIDE_MIN
  return Math.abs(height - HEIGHT_BEST) / HEIGHT_BEST + 0.35 * uneven + 3 * tooHigh + 4 * tooSmall
}

/** Press a layout together that is too high: its pictures are cut above and below. */
function pressed(made: Mosaic): Mosaic {
  const scale = Math.min(1, HEIGHT_MAX / made.height)
  const tiles = made.tiles.map((tile) => ({ ...tile, y: tile.y * scale, height: tile.height * scale }))
  return { ...made, height: made.height * scale, tiles }
}

const layouts = new Map<string, Mosaic>() // they are asked for whenever an album is drawn
const LAYOUTS_MAX = 500

/** Lay pictures out; `ratios` are their widths by their heights. */
export function mosaic(ratios: readonly number[]): Mosaic {
  const bounded = ratios.map((ratio) => Math.min(RATIO_MAX, Math.max(RATIO_MIN, ratio || 1)))
  const key = bounded.map((ratio) => ratio.toFixed(3)).join()
  let best = layouts.get(key)
  if (best !== undefined) return best
  const thirds = Array.from({ length: Math.ceil(bounded.length / 3) }, (_, at) => Math.min(3, bounded.length - at * 3))
  const tried = bounded.length > TRIED_MAX ? [thirds] : cuts(bounded.length)
  const ways = tried.map((lengths) => inLines(bounded, lengths))
  if ([3, 4].includes(bounded.length) && (bounded[0] as number) < HIGH) ways.push(besideColumn(bounded))
  best = pressed(ways.reduce((one, other) => (cost(other) < cost(one) ? other : one)))
  if (layouts.size >= LAYOUTS_MAX) layouts.clear()
  layouts.set(key, best)
  return best
}

export interface Box {
  width: number
  height: number
}

const ALONE_MIN = 140
const ALONE_MIN_CAPTIONED = 300

/** Return how large a picture is shown that stands alone, with words under it or without. */
export function alone(picture: Box, captioned: boolean): Box {
  const ratio = Math.min(4, Math.max(0.4, (picture.width || 4) / (picture.height || 3)))
  const natural = Math.min(WIDTH, picture.width || WIDTH, (HEIGHT_MAX - 60) * ratio)
  const width = Math.max(captioned ? ALONE_MIN_CAPTIONED : ALONE_MIN, natural)
  return { width: Math.round(width), height: Math.round(Math.max(60, Math.min(width / ratio, HEIGHT_MAX))) }
}
