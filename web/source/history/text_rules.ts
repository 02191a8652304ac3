/** How a text with entities is taken apart, and which of its links may be opened. Pure. */

import type { Entity } from '../model/types.ts'
import { clean } from '../ui/bidi.ts'

const SAFE = /^(https?:|mailto:|tel:|tg:|ftp:)/i

/** Return an address that may be opened: without a scheme it is a web page; null for any other scheme. */
export function safeAddress(url: string): string | null {
  const bare = url.replace(/[\s\u0000-\u001f\u007f]/gu, '')
  if (SAFE.test(bare)) return bare
  if (/^[\w+.-]*:(?!\d+(\/|$))/.test(bare)) return null
  return `https://${bare}`
}

/** Return an address as it is: no letter of another script that looks like one of ours, nothing that turns it around. */
export function plainAddress(href: string): string {
  try {
    return new URL(href).href
  } catch {
    return clean(href)
  }
}

/** Say whether what a text shows of an address may be taken for another one. */
export function disguised(shown: string): boolean {
  return clean(shown) !== shown.trim()
}

const DEPTH_MAX = 24 // entities within each other; who nests more wants no formatting

/** A stretch of the text, with those that lie in it. */
export interface Node {
  entity: Entity | null
  from: number
  to: number
  inside: Node[]
}

/** Return where a place in a text lies that cuts no letter in two: an emoji is two units of UTF-16. */
function between(text: string, at: number): number {
  const unit = text.charCodeAt(at)
  const second = unit >= 0xdc00 && unit <= 0xdfff && at > 0
  return second && (text.codePointAt(at - 1) ?? 0) > 0xffff ? at + 1 : at
}

/** Nest entities that lie in each other; one that crosses another ends where the outer one does. */
export function nested(text: string, entities: readonly Entity[]): Node {
  const root: Node = { entity: null, from: 0, to: text.length, inside: [] }
  const sorted = [...entities].sort(
    (one, other) => one.offset - other.offset || other.length - one.length,
  )
  const open = [root]
  for (const entity of sorted) {
    const from = between(text, Math.max(0, entity.offset))
    while (open.length > 1 && (open.at(-1) as Node).to <= from) open.pop()
    const around = open.at(-1) as Node
    const to = Math.min(around.to, between(text, entity.offset + entity.length))
    if (to <= from || open.length > DEPTH_MAX) continue
    const node = { entity, from, to, inside: [] }
    around.inside.push(node)
    open.push(node)
  }
  return root
}

const ONE = '\\p{Extended_Pictographic}[\\uFE0F\\p{Emoji_Modifier}]*'
const EMOJI = new RegExp(`^(?:${ONE}(?:\\u200D${ONE})*|\\p{Regional_Indicator}{2}){1,3}$`, 'u')

/** Say whether a text is nothing but one to three emoji, which are drawn large. */
export function onlyEmoji(text: string): boolean {
  return text.length <= 40 && EMOJI.test(text.trim())
}
