/** The words of a message that are marked, to be quoted in an answer or copied. */

import type { Quoted } from '../compose/state.ts'
import type { Entity, Message } from '../model/types.ts'

const QUOTE_MAX = 1_024 // UTF-16 units of a quote

/** Return the entities of a stretch of a text, cut to it. Pure. */
export function cutEntities(entities: readonly Entity[], from: number, to: number): Entity[] {
  const cut: Entity[] = []
  for (const one of entities) {
    const start = Math.max(one.offset, from)
    const end = Math.min(one.offset + one.length, to)
    if (end > start) cut.push({ ...one, offset: start - from, length: end - start })
  }
  return cut
}

/** Return what is marked in a message's text; null if nothing of it alone is. */
export function markedIn(row: Element | null, message: Message): Quoted | null {
  const marked = getSelection()
  const text = row?.querySelector('.text')
  if (marked === null || marked.isCollapsed || marked.rangeCount === 0 || text == null) return null
  const range = marked.getRangeAt(0)
  if (!text.contains(range.startContainer) || !text.contains(range.endContainer)) return null
  const before = document.createRange()
  before.selectNodeContents(text)
  before.setEnd(range.startContainer, range.startOffset)
  const offset = before.toString().length
  const length = Math.min(range.toString().length, QUOTE_MAX)
  const quoted = message.text.slice(offset, offset + length)
  if (quoted.trim() === '') return null
  return { text: quoted, offset, entities: cutEntities(message.entities, offset, offset + length) }
}
