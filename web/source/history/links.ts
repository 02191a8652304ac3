/** What a press on a name or a link does. */

import { resolve } from '../chats/actions.ts'
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

/** Ask before a link is opened whose text is another than its address. */
export function openLink(event: MouseEvent, href: string, hidden: boolean): void {
  event.stopPropagation()
  if (!hidden) return
  event.preventDefault()
  void confirm({ title: t('history.link.ask'), text: href, yes: t('history.open') }).then((sure) => {
    if (sure) window.open(href, '_blank', 'noopener,noreferrer')
  })
}
