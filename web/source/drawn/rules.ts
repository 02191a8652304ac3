/** Which animations are drawn: what Telegram takes as an animated sticker, and nothing that costs more than one may. Pure.
 *
 * Shapes in layers and compositions, as https://core.telegram.org/stickers has it: no pictures, texts, expressions, effects, repeaters,
 * star shapes. Files come from strangers, and a few bytes may ask for any amount of work: what is counted here is counted as drawn. */

import type { Shape } from './protocol.ts'

export const PACKED_BYTES_MAX = 512 * 1024 // of a file; Telegram takes 64 KB
export const BYTES_MAX = 4 * 1024 * 1024 // of what it unpacks to
const SIDE_MAX = 4096 // of the drawing, in its own units
const FRAMES_MAX = 1_800 // thirty seconds; Telegram takes three
const RATE_MAX = 120 // frames a second
const DEPTH_MAX = 96 // of lists and groups in each other
const ITEMS_MAX = 20_000 // layers and shapes, each as often as it is drawn
const MATTES_MAX = 32 // layers that are cut out by another: each takes two canvases

const LAYERS: ReadonlySet<unknown> = new Set([0, 3, 4]) // a composition, nothing, shapes
const SHAPES: ReadonlySet<unknown> = new Set(['gr', 'sh', 'el', 'rc', 'fl', 'gf', 'st', 'gs', 'tm', 'tr', 'mm', 'rd'])
const COMPOSITION = 0
const VERSION = /^\d{1,3}\.\d{1,3}\.\d{1,3}$/
const NEWEST = '5.5.2' // read as, where a file does not say which version of the format it has

type Fields = Readonly<Record<string, unknown>>

/** An animation of which nothing is left but what is drawn. */
export interface Animation {
  v: string
  fr: number
  ip: number
  op: number
  w: number
  h: number
  ddd: 0
  layers: readonly Fields[]
  assets: readonly { id: string; layers: readonly Fields[] }[]
}

/** Something about a file that is not drawn. */
class Undrawable extends Error {}

function fields(value: unknown): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Undrawable()
  return value as Fields
}

function list(value: unknown): readonly Fields[] {
  if (!Array.isArray(value)) throw new Undrawable()
  return value.map(fields)
}

function within(value: unknown, least: number, most: number): number {
  if (typeof value !== 'number' || !(value >= least && value <= most)) throw new Undrawable()
  return value
}

/** Return how deep a value is; what is too deep is not walked to its end. */
function tooDeep(value: unknown, depth = 0): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (depth > DEPTH_MAX) return true
  return Object.values(value).some((one) => tooDeep(one, depth + 1))
}

/** What it takes to draw some layers once. */
interface Cost {
  items: number
  mattes: number
}

class Counting {
  private readonly known = new Map<string, Cost | 'counting'>()

  constructor(private readonly assets: ReadonlyMap<string, readonly Fields[]>) {}

  layers(given: readonly Fields[]): Cost {
    const sum: Cost = { items: 0, mattes: 0 }
    for (const layer of given) {
      if (!LAYERS.has(layer['ty'])) throw new Undrawable()
      const inner = layer['ty'] === COMPOSITION ? this.composition(layer['refId']) : { items: this.shapes(layer['shapes'] ?? []), mattes: 0 }
      sum.items += 1 + inner.items
      sum.mattes += (layer['tt'] ? 1 : 0) + inner.mattes
      if (sum.items > ITEMS_MAX || sum.mattes > MATTES_MAX) throw new Undrawable()
    }
    return sum
  }

  private composition(name: unknown): Cost {
    const layers = typeof name === 'string' ? this.assets.get(name) : undefined
    const found = this.known.get(name as string)
    if (layers === undefined || found === 'counting') throw new Undrawable() // it is not there, or holds itself
    if (found !== undefined) return found
    this.known.set(name as string, 'counting')
    const cost = this.layers(layers)
    this.known.set(name as string, cost)
    return cost
  }

  private shapes(given: unknown): number {
    let sum = 0
    for (const shape of list(given)) {
      if (!SHAPES.has(shape['ty'])) throw new Undrawable()
      sum += 1 + (shape['ty'] === 'gr' ? this.shapes(shape['it'] ?? []) : 0)
    }
    return sum
  }
}

/** Return a layer without what is no part of a sticker: effects may take any amount of work. */
function bare(layer: Fields): Fields {
  const { ef: _effects, ...rest } = layer
  return rest
}

/** Return what is drawn of a file; null if it is not. */
export function checked(given: unknown): Animation | null {
  try {
    if (tooDeep(given)) return null
    const file = fields(given)
    const assets = list(file['assets'] ?? []).flatMap(({ id, layers }) =>
      typeof id === 'string' && layers !== undefined ? [{ id, layers: list(layers).map(bare) }] : [],
    )
    const made: Animation = {
      v: typeof file['v'] === 'string' && VERSION.test(file['v']) ? file['v'] : NEWEST,
      fr: within(file['fr'], 1, RATE_MAX),
      ip: within(file['ip'], 0, FRAMES_MAX),
      op: within(file['op'], 0, FRAMES_MAX),
      w: within(file['w'], 1, SIDE_MAX),
      h: within(file['h'], 1, SIDE_MAX),
      ddd: 0,
      layers: list(file['layers']).map(bare),
      assets,
    }
    if (made.op <= made.ip) return null
    new Counting(new Map(assets.map(({ id, layers }) => [id, layers]))).layers(made.layers)
    return made
  } catch (error) {
    if (error instanceof Undrawable) return null
    throw error
  }
}

/** Return how an animation is shown. */
export function shapeOf({ ip, op, fr }: Animation): Shape {
  return { frames: Math.max(1, Math.floor(op - ip)), rate: fr }
}
