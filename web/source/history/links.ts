/** What a press on a name, a link, a tag or a command does. */

import { resolve } from '../chats/actions.ts'
import { follow, inside } from '../groups/entry.ts'
import { write } from '../compose/outbox.ts'
import { mayPost } from '../groups/rights.ts'
import type { PeerId } from '../model/types.ts'
import { openChat, openPanel, place, right } from '../nav.ts'
import { peer } from '../store.ts'
import { confirm } from '../ui/overlays.tsx'
import { attempt } from '../ui/refusals.ts'
import { t } from '../words.ts'
import { plainAddress } from './text_rules.ts'

/** Open the chat with somebody: by number, or by name. */
export function openPeer(who: PeerId | string): void {
  if (typeof who === 'number') openChat(who)
  else {
    void attempt(async () => {
      const found = await resolve(who)
      if (found !== null) openChat(found)
    })
  }
}

/** Follow a link into this server here; ask before another is opened whose text is not its address. */
export function openLink(event: MouseEvent, href: string, hidden: boolean): void {
  event.stopPropagation()
  const target = inside(href)
  if (target !== null) {
    event.preventDefault()
    follow(target)
    return
  }
  if (!hidden) return
  event.preventDefault()
  void confirm({ title: t('history.link.ask'), text: plainAddress(href), yes: t('history.open') }).then((sure) => {
    if (sure) window.open(href, '_blank', 'noopener,noreferrer')
  })
}

/** Search the open chat for a #tag. */
export function searchTag(tag: string): void {
  const chat = place.peek()?.chat
  if (chat === undefined) return
  right.value = right.peek().filter(({ name }) => name !== 'search')
  openPanel('right', { name: 'search', chat, query: tag })
}

/** Send a /command to the open chat; with the name of a bot after it, only that one answers. */
export function sendCommand(command: string): void {
  const at = place.peek()
  const where = at === null ? undefined : peer(at.chat).peek()
  if (at === null || where === undefined || !mayPost(where)) return
  void attempt(() => write({ chat: at.chat, top: at.top, text: command, entities: [], reply: 0 }))
}
