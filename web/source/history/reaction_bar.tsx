/** The reactions to choose from: a row over the menu of a message, and all of them behind its last button. */

import { signal } from '@preact/signals'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'

import { call, inputPeer } from '../api.ts'
import type { Message, PeerId } from '../model/types.ts'
import { onForget, peer } from '../store.ts'
import { reactionKey } from '../translate/messages.ts'
import { Icon } from '../ui/icons.tsx'
import { closeMenu } from '../ui/overlays.tsx'
import { t } from '../words.ts'
import { mayReact } from './may.ts'
import { react } from './message_actions.ts'

const SHOWN = 6 // reactions in the row, beside the button for all
const ASKED_MAX = 100 // reactions asked for

interface Offered {
  all: readonly string[]
  top: readonly string[] // one's own favourites first
}

const offered = signal<Offered>({ all: [], top: [] })
const names = new Map<string, string>() // what an emoji is called
const allowedIn = signal<ReadonlyMap<PeerId, readonly string[] | 'all'>>(new Map())
let asked = false

async function load(): Promise<void> {
  const answer = await call({ _: 'messages.getAvailableReactions', hash: 0 })
  if (answer._ !== 'messages.availableReactions') return
  const all = answer.reactions.filter(({ inactive }) => inactive !== true)
  for (const one of all) names.set(one.reaction, one.title)
  const best = await call({ _: 'messages.getTopReactions', limit: ASKED_MAX, hash: 0n })
  const top = best._ === 'messages.reactions' ? best.reactions.map(reactionKey) : []
  const known = new Set(all.map((one) => one.reaction))
  offered.value = { all: [...known], top: top.filter((one) => known.has(one)) }
}

/** Learn once which reactions this server knows, and which of them a chat allows. */
function learn(chat: PeerId): void {
  if (!asked) {
    asked = true
    load().catch(() => {
      asked = false
    })
  }
  if (allowedIn.peek().has(chat) || chat > 0) return
  allowedIn.value = new Map(allowedIn.peek()).set(chat, 'all')
  void allowed(chat).then((found) => {
    allowedIn.value = new Map(allowedIn.peek()).set(chat, found)
  }, () => undefined)
}

async function allowed(chat: PeerId): Promise<readonly string[] | 'all'> {
  const where = inputPeer(chat)
  const { fullChat } =
    where._ === 'inputPeerChannel'
      ? await call({ _: 'channels.getFullChannel', channel: { ...where, _: 'inputChannel' } })
      : await call({ _: 'messages.getFullChat', chatId: -chat })
  const given = fullChat.availableReactions
  if (given === undefined || given._ === 'chatReactionsNone') return []
  return given._ === 'chatReactionsSome' ? given.reactions.map(reactionKey) : 'all'
}

/** Return what may be chosen for a message, the likeliest first. */
function choices(message: Message): readonly string[] {
  const here = allowedIn.value.get(message.chat) ?? 'all'
  const { all, top } = offered.value
  return [...new Set([...top, ...all])].filter((one) => here === 'all' || here.includes(one))
}

function Choice({ of, message }: { of: string; message: Message }) {
  const chosen = message.reactions.some(({ key, chosen: mine }) => mine && key === of)
  return (
    <button
      type="button"
      aria-label={names.get(of) ?? of}
      title={names.get(of)}
      aria-pressed={chosen}
      onClick={() => {
        closeMenu()
        react(message, of)
      }}
    >
      {of}
    </button>
  )
}

export function ReactionBar({ message }: { message: Message }) {
  const [whole, setWhole] = useState(false)
  const bar = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    if (whole) bar.current?.querySelector('button')?.focus()
  }, [whole])
  const where = peer(message.chat).value
  if (where === undefined || !mayReact(message)) return null
  learn(message.chat)
  const all = choices(message)
  if (all.length === 0) return null
  const shown = whole ? all : all.slice(0, SHOWN)
  return (
    <div ref={bar} class={whole ? 'reaction-bar whole' : 'reaction-bar'} role="group" aria-label={t('history.react')}>
      {shown.map((key) => (
        <Choice key={key} of={key} message={message} />
      ))}
      {!whole && all.length > SHOWN && (
        <button type="button" class="reaction-more" aria-label={t('history.react.all')} onClick={() => setWhole(true)}>
          <Icon name="down" />
        </button>
      )}
    </div>
  )
}

onForget(() => {
  asked = false
  allowedIn.value = new Map()
})
