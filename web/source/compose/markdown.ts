/** What is typed with marks (**bold**, `code`, …) as a text with entities, and back. Pure. */

import type { Entity } from '../model/types.ts'
import { type Rich, tidy, trimmed } from './rich.ts'

const MARKS: readonly [string, Entity['type']][] = [
  ['**', 'bold'],
  ['__', 'italic'],
  ['~~', 'strike'],
  ['||', 'spoiler'],
  ['`', 'code'],
]
const FENCE = /^```([\w+#-]*)\n?/
const LINK = /^\[([^\]\n]+)\]\((https?:\/\/[^\s)]+)\)/

interface Made {
  text: string
  entities: Entity[]
}

/** The text that comes about, and where each unit of what was typed came to lie in it. */
class Reading {
  text = ''
  at = 0
  readonly entities: Entity[] = []
  readonly places: number[] = []
  readonly open: { mark: string; type: Entity['type']; offset: number }[] = []

  constructor(readonly typed: string) {}

  /** Take over units as they are. */
  keep(units: number): void {
    for (let end = this.at + units; this.at < end; this.at++) {
      this.places.push(this.text.length)
      this.text += this.typed[this.at] ?? ''
    }
  }

  /** Leave out units: they were marks. */
  skip(units: number): void {
    for (let end = this.at + units; this.at < end; this.at++) this.places.push(this.text.length)
  }
}

function fenced(now: Reading): boolean {
  const rest = now.typed.slice(now.at)
  const fence = FENCE.exec(rest)
  const end = fence === null ? -1 : rest.indexOf('```', fence[0].length)
  if (fence === null || end <= 0) return false
  const code = rest.slice(fence[0].length, end)
  const bare = code.replace(/\n$/, '')
  const offset = now.text.length
  now.skip(fence[0].length)
  now.keep(bare.length)
  now.skip(code.length - bare.length + 3)
  now.entities.push({ type: 'pre', offset, length: bare.length, language: fence[1] ?? '' })
  return true
}

function linked(now: Reading): boolean {
  const link = LINK.exec(now.typed.slice(now.at))
  if (link === null) return false
  const [whole, shown = '', url = ''] = link
  const offset = now.text.length
  now.skip(1)
  now.keep(shown.length)
  now.skip(whole.length - shown.length - 1)
  now.entities.push({ type: 'text_link', offset, length: shown.length, url })
  return true
}

function coded(now: Reading, sign: string): void {
  const close = now.typed.indexOf(sign, now.at + 1)
  if (close <= now.at + 1) {
    now.keep(1)
    return
  }
  const offset = now.text.length
  now.skip(1)
  now.keep(close - now.at)
  now.skip(1)
  now.entities.push({ type: 'code', offset, length: now.text.length - offset })
}

function opened(now: Reading, sign: string, type: Entity['type']): void {
  const { typed, at } = now
  const begun = now.open.findIndex((one) => one.mark === sign)
  const first = typed[at + sign.length] ?? ' '
  const closes = typed.indexOf(sign, at + sign.length) > at + sign.length && !/\s/.test(first)
  if (begun >= 0) {
    const { offset } = now.open[begun] as { offset: number }
    now.open.splice(begun, 1)
    now.skip(sign.length)
    now.entities.push({ type, offset, length: now.text.length - offset })
  } else if (closes) {
    now.open.push({ mark: sign, type, offset: now.text.length })
    now.skip(sign.length)
  } else now.keep(sign.length)
}

/** Return the text without its marks, and what they meant. A mark that is not closed stays as it is.
 *
 * `entities` are those that the text has already; marks within code are none. */
export function parsed(typed: string, entities: readonly Entity[] = []): Made {
  const now = new Reading(typed)
  const code = entities.filter(({ type }) => type === 'code' || type === 'pre')
  while (now.at < typed.length) {
    const within = code.find(({ offset, length }) => offset <= now.at && now.at < offset + length)
    if (within !== undefined) {
      now.keep(within.offset + within.length - now.at)
      continue
    }
    if (fenced(now) || linked(now)) continue
    const mark = MARKS.find(([sign]) => typed.startsWith(sign, now.at))
    if (mark === undefined) now.keep(1)
    else if (mark[1] === 'code') coded(now, mark[0])
    else opened(now, mark[0], mark[1])
  }
  now.places.push(now.text.length)
  const place = (unit: number): number => now.places[Math.min(unit, typed.length)] ?? now.text.length
  const moved = entities.map((one) => {
    const offset = place(one.offset)
    return { ...one, offset, length: place(one.offset + one.length) - offset }
  })
  return trimmed({ text: now.text, entities: tidy([...moved, ...now.entities]) })
}

/** Return a text with the marks that `parsed` understands in place of its entities. */
export function unparsed({ text, entities }: Rich): string {
  const marks: { at: number; order: number; sign: string }[] = []
  const put = (one: Entity, before: string, after: string): void => {
    marks.push({ at: one.offset, order: one.length, sign: before })
    marks.push({ at: one.offset + one.length, order: -one.length, sign: after })
  }
  for (const one of entities) {
    const sign = MARKS.find(([, type]) => type === one.type)?.[0]
    if (sign !== undefined) put(one, sign, sign)
    else if (one.type === 'pre') put(one, `\`\`\`${one.language ?? ''}\n`, '\n```')
    else if (one.type === 'text_link') put(one, '[', `](${one.url ?? ''})`)
  }
  marks.sort((one, other) => one.at - other.at || (one.order < 0 ? -1 : 0) - (other.order < 0 ? -1 : 0) || other.order - one.order)
  let made = ''
  let from = 0
  for (const { at, sign } of marks) {
    made += text.slice(from, at) + sign
    from = at
  }
  return made + text.slice(from)
}
