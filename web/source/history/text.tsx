/** A text with its entities as elements. Nothing of it is ever markup: every piece becomes a text node. */

import type { ComponentChildren, VNode } from 'preact'
import { useState } from 'preact/hooks'

import { CustomEmojiDoor } from '../media/custom_emoji_door.tsx'
import type { Entity } from '../model/types.ts'
import { tamed } from '../ui/bidi.ts'
import { openLink, openPeer, searchTag, sendCommand } from './links.ts'
import { disguised, nested, plainAddress, safeAddress, type Node } from './text_rules.ts'
import { Icon } from '../ui/icons.tsx'
import { t } from '../words.ts'

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
    <pre class="code-block" dir="ltr" data-language={entity.language || undefined}>
      <code>{children}</code>
    </pre>
  )
}

/** A quotation; a long one may begin folded. */
function QuoteBlock({ folded, children }: { folded: boolean; children: ComponentChildren }) {
  const [open, setOpen] = useState(!folded)
  if (open) return <blockquote dir="auto">{children}</blockquote>
  return (
    <blockquote dir="auto" class="folded">
      <span class="folded-text">{children}</span>
      <button type="button" class="unfold" aria-label={t('history.unfold')} onClick={() => setOpen(true)}>
        <Icon name="down" />
      </button>
    </blockquote>
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
      return <QuoteBlock folded={entity.collapsed === true}>{children}</QuoteBlock>
    case 'link':
    case 'text_link':
    case 'email':
    case 'phone': {
      const href = address(entity, shown)
      if (href === null) return <span>{children}</span>
      const hidden = (entity.type === 'text_link' && shown !== entity.url) || disguised(shown)
      return (
        <a
          href={href}
          target="_blank"
          rel="noopener noreferrer"
          title={hidden ? plainAddress(href) : undefined}
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
    case 'emoji':
      return <CustomEmojiDoor number={entity.document ?? '0'}>{children}</CustomEmojiDoor>
    case 'hashtag':
    case 'cashtag':
      return (
        <button type="button" class="inline-link" onClick={() => searchTag(shown)}>
          {children}
        </button>
      )
    case 'command':
      return (
        <button type="button" class="inline-link" onClick={() => sendCommand(shown)}>
          {children}
        </button>
      )
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
  return <>{draw(tamed(text), nested(text, entities))}</>
}
