/** A text with its entities as elements. Nothing of it is ever markup: every piece becomes a text node. */

import type { ComponentChildren, VNode } from 'preact'
import { useState } from 'preact/hooks'

import { openPeer, openLink } from './links.ts'
import type { Entity } from '../model/types.ts'
import { t } from '../words.ts'

const SAFE = /^(https?:|mailto:|tel:|tg:|ftp:)/i

/** Return an address that may be opened: without a scheme it is a web page; null for any other scheme. */
export function safeAddress(url: string): string | null {
  const bare = url.replace(/[\s\u0000-\u001f\u007f]/gu, '')
  if (SAFE.test(bare)) return bare
  if (/^[\w+.-]*:(?!\d+(\/|$))/.test(bare)) return null
  return `https://${bare}`
}

interface Node {
  entity: Entity | null
  from: number
  to: number
  inside: Node[]
}

/** Nest entities that lie in each other; one that crosses another ends where the outer one does. */
export function nested(length: number, entities: readonly Entity[]): Node {
  const root: Node = { entity: null, from: 0, to: length, inside: [] }
  const sorted = [...entities].sort(
    (one, other) => one.offset - other.offset || other.length - one.length,
  )
  const open = [root]
  for (const entity of sorted) {
    const from = Math.max(0, entity.offset)
    while (open.length > 1 && (open.at(-1) as Node).to <= from) open.pop()
    const around = open.at(-1) as Node
    const to = Math.min(around.to, entity.offset + entity.length)
    if (to <= from) continue
    const node = { entity, from, to, inside: [] }
    around.inside.push(node)
    open.push(node)
  }
  return root
}

function Spoiler({ children }: { children: ComponentChildren }) {
  const [open, setOpen] = useState(false)
  if (open) return <span class="spoiler spoiler-open">{children}</span>
  return (
    <button
      type="button"
      class="spoiler"
      aria-label={t('history.spoiler')}
      onClick={(event) => {
        event.stopPropagation()
        setOpen(true)
      }}
    >
      <span aria-hidden="true">{children}</span>
    </button>
  )
}

function Code({ entity, children }: { entity: Entity; children: ComponentChildren }) {
  return (
    <pre class="code-block" dir="ltr" tabIndex={0}>
      {entity.language && <span class="code-language">{entity.language}</span>}
      <code>{children}</code>
    </pre>
  )
}

function address(entity: Entity, shown: string): string | null {
  if (entity.type === 'text_link') return safeAddress(entity.url ?? '')
  if (entity.type === 'email') return `mailto:${shown}`
  if (entity.type === 'phone') return `tel:${shown.replace(/[^\d+]/g, '')}`
  return safeAddress(shown)
}

function element(entity: Entity, shown: string, children: ComponentChildren): VNode {
  switch (entity.type) {
    case 'bold':
      return <strong>{children}</strong>
    case 'italic':
      return <em>{children}</em>
    case 'underline':
      return <u>{children}</u>
    case 'strike':
      return <s>{children}</s>
    case 'spoiler':
      return <Spoiler>{children}</Spoiler>
    case 'code':
      return <code dir="ltr">{children}</code>
    case 'pre':
      return <Code entity={entity}>{children}</Code>
    case 'quote':
      return <blockquote dir="auto">{children}</blockquote>
    case 'link':
    case 'text_link':
    case 'email':
    case 'phone': {
      const href = address(entity, shown)
      if (href === null) return <span>{children}</span>
      const hidden = entity.type === 'text_link' && shown !== entity.url
      return (
        <a
          href={href}
          target="_blank"
          rel="noopener noreferrer"
          title={hidden ? href : undefined}
          onClick={(event) => openLink(event, href, hidden)}
        >
          {children}
        </a>
      )
    }
    case 'mention':
    case 'text_mention':
      return (
        <button type="button" class="inline-link" onClick={() => openPeer(entity.user ?? shown)}>
          {children}
        </button>
      )
    case 'hashtag':
    case 'cashtag':
    case 'command':
      return <span class="tag">{children}</span>
    default:
      return <span>{children}</span>
  }
}

function draw(text: string, node: Node): ComponentChildren[] {
  const made: ComponentChildren[] = []
  let at = node.from
  for (const inner of node.inside) {
    if (inner.from > at) made.push(text.slice(at, inner.from))
    const shown = text.slice(inner.from, inner.to)
    made.push(element(inner.entity as Entity, shown, draw(text, inner)))
    at = inner.to
  }
  if (node.to > at) made.push(text.slice(at, node.to))
  return made
}

export function Text({ text, entities }: { text: string; entities: readonly Entity[] }) {
  return <>{draw(text, nested(text.length, entities))}</>
}

const ONE = '\\p{Extended_Pictographic}[\\uFE0F\\p{Emoji_Modifier}]*'
const EMOJI = new RegExp(`^(?:${ONE}(?:\\u200D${ONE})*|\\p{Regional_Indicator}{2}){1,3}$`, 'u')

/** Say whether a text is nothing but one to three emoji, which are drawn large. */
export function onlyEmoji(text: string): boolean {
  return text.length <= 40 && EMOJI.test(text.trim())
}
