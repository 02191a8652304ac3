/** A text with its formatting while it is written: what a change of either makes of both. Pure. */

import type { Entity } from '../model/types.ts'

export interface Rich {
  text: string
  entities: readonly Entity[]
}

/** A stretch of the text, in UTF-16 units; empty where both are the same. */
export interface Range {
  from: number
  to: number
}

export type Style = 'bold' | 'italic' | 'underline' | 'strike' | 'spoiler' | 'code' | 'quote'

export const EMPTY: Rich = { text: '', entities: [] }

const FOUND_BY_SERVER: readonly Entity['type'][] = ['link', 'email', 'phone', 'mention', 'hashtag', 'cashtag', 'command', 'other']
const ALONE: readonly Entity['type'][] = ['code', 'pre'] // take no other formatting inside

/** Return what of a message's entities its writer made: the rest is found anew when it is sent. */
export function written(text: string, entities: readonly Entity[]): Rich {
  return { text, entities: entities.filter(({ type }) => !FOUND_BY_SERVER.includes(type)) }
}

function sameKind(one: Entity, other: Entity): boolean {
  return (
    one.type === other.type &&
    one.url === other.url &&
    one.user === other.user &&
    one.language === other.language &&
    one.document === other.document
  )
}

/** Return entities in order, those that touch and are alike as one, empty ones left out. */
export function tidy(entities: readonly Entity[]): Entity[] {
  const sorted = entities
    .filter(({ length }) => length > 0)
    .sort((one, other) => one.offset - other.offset || other.length - one.length)
  const made: Entity[] = []
  for (const one of sorted) {
    const before = made.findLast((known) => sameKind(known, one) && known.offset + known.length >= one.offset)
    if (before === undefined || one.type === 'emoji') {
      made.push({ ...one })
      continue
    }
    before.length = Math.max(before.length, one.offset + one.length - before.offset)
  }
  return made
}

/** Return the entities without a stretch of them. */
function cut(entities: readonly Entity[], { from, to }: Range, which: (one: Entity) => boolean): Entity[] {
  const left: Entity[] = []
  for (const one of entities) {
    const end = one.offset + one.length
    if (!which(one) || end <= from || one.offset >= to) {
      left.push(one)
      continue
    }
    if (one.offset < from) left.push({ ...one, length: from - one.offset })
    if (end > to) left.push({ ...one, offset: to, length: end - to })
  }
  return left
}

/** Say whether a style covers all of a stretch. */
export function covers({ entities }: Rich, { from, to }: Range, type: Entity['type']): boolean {
  if (from === to) return false
  let at = from
  for (const one of tidy(entities.filter((entity) => entity.type === type))) {
    if (one.offset > at) return false
    at = Math.max(at, one.offset + one.length)
    if (at >= to) return true
  }
  return false
}

/** Return the text with a style put on a stretch, or taken off where it covers all of it. */
export function toggled(rich: Rich, range: Range, type: Style): Rich {
  const { from, to } = range
  if (from >= to) return rich
  const without = cut(rich.entities, range, (one) => one.type === type || (type === 'code' && one.type === 'pre'))
  if (covers(rich, range, type) || (type === 'code' && covers(rich, range, 'pre'))) return { ...rich, entities: tidy(without) }
  const several = type === 'code' && rich.text.slice(from, to).includes('\n')
  const added: Entity = { type: several ? 'pre' : type, offset: from, length: to - from, ...(several ? { language: '' } : {}) }
  const alone = ALONE.includes(added.type)
  const others = cut(without, range, (one) => (alone ? one.type !== 'quote' : ALONE.includes(one.type)))
  return { ...rich, entities: tidy([...others, added]) }
}

/** Return the text with a link on a stretch; without one where `url` is empty. */
export function linked(rich: Rich, range: Range, url: string): Rich {
  const without = cut(rich.entities, range, ({ type }) => type === 'text_link')
  if (url === '') return { ...rich, entities: tidy(without) }
  const link: Entity = { type: 'text_link', offset: range.from, length: range.to - range.from, url }
  return { ...rich, entities: tidy([...cut(without, range, ({ type }) => ALONE.includes(type)), link]) }
}

/** Return the text without any formatting on a stretch. */
export function plain(rich: Rich, range: Range): Rich {
  return { ...rich, entities: tidy(cut(rich.entities, range, () => true)) }
}

/** Return the text with a stretch replaced. What is put inside an entity becomes part of it, unless it is formatted itself. */
export function spliced(rich: Rich, { from, to }: Range, piece: Rich): Rich {
  const grown = piece.text.length - (to - from)
  const kept: Entity[] = []
  for (const one of rich.entities) {
    const end = one.offset + one.length
    if (end <= from || (one.type === 'text_mention' && end === from)) kept.push(one)
    else if (one.offset >= to) kept.push({ ...one, offset: one.offset + grown })
    else if (one.offset < from && end > to) kept.push({ ...one, length: one.length + grown })
    else if (one.offset < from) kept.push({ ...one, length: from - one.offset })
    else if (end > to) kept.push({ ...one, offset: from + piece.text.length, length: end - to })
  }
  const added = piece.entities.map((one) => ({ ...one, offset: one.offset + from }))
  return {
    text: rich.text.slice(0, from) + piece.text + rich.text.slice(to),
    entities: tidy([...kept, ...added]),
  }
}

/** Return a text without white space at its ends, entities moved along. */
export function trimmed({ text, entities }: Rich): { text: string; entities: Entity[] } {
  const lead = text.length - text.trimStart().length
  const bare = text.trim()
  const moved: Entity[] = []
  for (const one of entities) {
    const offset = Math.max(0, one.offset - lead)
    const length = Math.min(one.offset - lead + one.length, bare.length) - offset
    if (length > 0) moved.push({ ...one, offset, length })
  }
  return { text: bare, entities: tidy(moved) }
}

export function same(one: Rich, other: Rich): boolean {
  return one.text === other.text && JSON.stringify(one.entities) === JSON.stringify(other.entities)
}

/** Return a text in pieces of at most so many units, cut where lines or words end. */
export function pieces(rich: Rich, max: number): { text: string; entities: Entity[] }[] {
  const made: { text: string; entities: Entity[] }[] = []
  let left = trimmed(rich)
  while (left.text.length > max) {
    const part = left.text.slice(0, max)
    const at = [part.lastIndexOf('\n\n'), part.lastIndexOf('\n'), part.lastIndexOf('. ') + 1, part.lastIndexOf(' ')].find(
      (place) => place > max / 2,
    )
    const whole = /[\uD800-\uDBFF]$/.test(part) ? max - 1 : max // between no two halves of a letter
    const end = at ?? whole
    const inside = cut(left.entities, { from: end, to: left.text.length }, () => true)
    const after = cut(left.entities, { from: 0, to: end }, () => true).map((one) => ({ ...one, offset: one.offset - end }))
    made.push(trimmed({ text: left.text.slice(0, end), entities: inside }))
    left = trimmed({ text: left.text.slice(end), entities: after })
  }
  return left.text === '' ? made : [...made, left]
}
