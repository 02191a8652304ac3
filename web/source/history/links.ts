/** What a press on a name or a link does. */

import { resolve } from '../chats/actions.ts'
import { follow, inside } from '../groups/entry.ts'
import type { PeerId } from '../model/types.ts'
import { openChat } from '../nav.ts'
import { confirm } from '../ui/overlays.tsx'
import { attempt } from '../ui/refusals.ts'
import { t } from '../words.ts'

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
  void confirm({ title: t('history.link.ask'), text: href, yes: t('history.open') }).then((sure) => {
    if (sure) window.open(href, '_blank', 'noopener,noreferrer')
  })
}
