/** The field's elements as a text with formatting, and back. The browser edits them; we only read, and draw anew what we change.
 *
 * Lines are line feeds in the text. A break that ends the field is no line: it makes room for the caret on an empty one. */

import type { Entity } from '../model/types.ts'
import { type Range, type Rich, tidy } from './rich.ts'

const TAGS: Partial<Record<Entity['type'], string>> = {
  bold: 'strong',
  italic: 'em',
  underline: 'u',
  strike: 's',
  code: 'code',
  pre: 'pre',
  quote: 'blockquote',
  text_link: 'a',
}
const TYPES: Record<string, Entity['type']> = {
  STRONG: 'bold',
  B: 'bold',
  EM: 'italic',
  I: 'italic',
  U: 'underline',
  S: 'strike',
  STRIKE: 'strike',
  DEL: 'strike',
  CODE: 'code',
  PRE: 'pre',
  BLOCKQUOTE: 'quote',
  A: 'text_link',
}
const BLOCKS = ['DIV', 'P', 'LI'] // what browsers make of lines of their own

function elementOf(entity: Entity): HTMLElement {
  const element = document.createElement(TAGS[entity.type] ?? 'span')
  const { dataset } = element
  dataset.type = entity.type
  if (entity.url !== undefined) {
    dataset.url = entity.url
    element.title = entity.url
  }
  if (entity.user !== undefined) dataset.user = `${entity.user}`
  if (entity.language !== undefined) dataset.language = entity.language
  if (entity.document !== undefined) dataset.document = entity.document
  if (entity.type === 'spoiler') element.className = 'field-spoiler'
  if (entity.type === 'text_mention') element.className = 'field-mention'
  return element
}

function entityOf(element: HTMLElement): Omit<Entity, 'offset' | 'length'> | null {
  const { type, url, user, language, document: custom } = element.dataset
  const found = (type as Entity['type'] | undefined) ?? TYPES[element.tagName]
  if (found === undefined) return null
  if (found === 'text_link' && url === undefined) return null
  return {
    type: found,
    ...(url === undefined ? {} : { url }),
    ...(user === undefined ? {} : { user: Number(user) }),
    ...(language === undefined ? {} : { language }),
    ...(custom === undefined ? {} : { document: custom }),
  }
}

/** Put a text into the field. */
export function draw(root: HTMLElement, { text, entities }: Rich): void {
  root.replaceChildren()
  const bounds = new Set([0, text.length])
  for (const { offset, length } of entities) bounds.add(offset).add(offset + length)
  const places = [...bounds].filter((at) => at >= 0 && at <= text.length).sort((one, other) => one - other)
  let open: { entity: Entity; element: HTMLElement }[] = []
  for (let at = 0; at + 1 < places.length; at++) {
    const [from, to] = [places[at] as number, places[at + 1] as number]
    const over = entities
      .filter(({ offset, length }) => offset <= from && offset + length >= to)
      .sort((one, other) => one.offset - other.offset || other.length - one.length)
    let shared = 0
    while (shared < open.length && open[shared]?.entity === over[shared]) shared++
    open = open.slice(0, shared)
    for (const entity of over.slice(shared)) {
      const element = elementOf(entity)
      const around = open.at(-1)?.element ?? root
      around.append(element)
      open.push({ entity, element })
    }
    const inside = open.at(-1)?.element ?? root
    inside.append(text.slice(from, to))
  }
  if (text.endsWith('\n')) root.append(document.createElement('br'))
}

interface Read {
  text: string
  entities: Entity[]
  caret: { node: Node; offset: number; at: number | null }[] // places that are asked for
}

function noted(into: Read, node: Node, offset: number, at: number): void {
  for (const one of into.caret) if (one.at === null && one.node === node && one.offset === offset) one.at = at
}

function walk(node: Node, into: Read, last: boolean): void {
  if (node instanceof Text) {
    for (const one of into.caret) {
      if (one.node === node) one.at = into.text.length + one.offset
    }
    into.text += node.data.replaceAll('\u00A0', ' ')
    return
  }
  if (!(node instanceof HTMLElement)) return
  if (node.tagName === 'BR') {
    noted(into, node, 0, into.text.length)
    if (!last) into.text += '\n'
    return
  }
  const block = BLOCKS.includes(node.tagName) && node.dataset.type === undefined
  if (block && into.text !== '' && !into.text.endsWith('\n')) into.text += '\n'
  const offset = into.text.length
  children(node, into, last)
  const made = entityOf(node)
  const length = into.text.length - offset
  if (made !== null && length > 0) into.entities.push({ ...made, offset, length })
}

function children(node: Node, into: Read, last: boolean): void {
  const all = [...node.childNodes]
  for (const [at, child] of all.entries()) {
    noted(into, node, at, into.text.length)
    walk(child, into, last && at === all.length - 1)
  }
  noted(into, node, all.length, into.text.length)
}

function readWith(root: HTMLElement, caret: Read['caret']): Read {
  const into: Read = { text: '', entities: [], caret }
  children(root, into, true)
  return into
}

export function read(root: HTMLElement): Rich {
  const { text, entities } = readWith(root, [])
  return { text, entities: tidy(entities) }
}

/** Return what is selected in the field; null if the selection is elsewhere. */
export function selected(root: HTMLElement): Range | null {
  const marked = getSelection()
  if (marked === null || marked.rangeCount === 0) return null
  const range = marked.getRangeAt(0)
  if (!root.contains(range.startContainer) || !root.contains(range.endContainer)) return null
  const start = { node: range.startContainer, offset: range.startOffset, at: null }
  const end = { node: range.endContainer, offset: range.endOffset, at: null }
  const { text, caret } = readWith(root, [start, end])
  const [from, to] = [caret[0]?.at ?? text.length, caret[1]?.at ?? text.length]
  return { from: Math.min(from, to), to: Math.max(from, to) }
}

/** Return the place in the field's elements that a unit of the text has. */
function placeOf(root: HTMLElement, at: number): { node: Node; offset: number } {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT)
  let left = at
  let last: Text | null = null
  for (let node = walker.nextNode() as Text | null; node !== null; node = walker.nextNode() as Text | null) {
    if (left <= node.length) return { node, offset: left }
    left -= node.length
    last = node
  }
  return last === null ? { node: root, offset: 0 } : { node: last, offset: last.length }
}

/** Select a stretch of the field, or put the caret there. */
export function select(root: HTMLElement, { from, to }: Range): void {
  const start = placeOf(root, from)
  const end = placeOf(root, to)
  const marked = getSelection()
  const range = document.createRange()
  range.setStart(start.node, start.offset)
  range.setEnd(end.node, end.offset)
  marked?.removeAllRanges()
  marked?.addRange(range)
}
