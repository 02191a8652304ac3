/** What another app shared with this one: the person says in which chat it is sent, and sees it before that. */

import { pickPlace } from '../chats/picker.tsx'
import { openChat, type Place } from '../nav.ts'
import { SHARE_AT, SHARED, type SharedWords } from '../service/protocol.ts'
import { say } from '../ui/overlays.tsx'
import { t } from '../words.ts'
import { keepDraft } from './drafts.ts'
import { offerFiles } from './sending_files.tsx'

/** Take what was shared out of the browser's keeping; null if nothing was. */
async function taken(): Promise<{ words: SharedWords; files: File[] } | null> {
  const cache = await caches.open(SHARED)
  const said = await cache.match(SHARE_AT)
  if (said === undefined) return null
  const words = (await said.json()) as SharedWords
  const files: File[] = []
  for (const [at, name] of words.names.entries()) {
    const blob = await (await cache.match(`${SHARE_AT}/${at}`))?.blob()
    if (blob !== undefined) files.push(new File([blob], name, { type: blob.type }))
  }
  await caches.delete(SHARED)
  return { words, files }
}

/** Ask where what was shared goes: words into the field, files into the dialog that sends them. */
export async function offerShared(): Promise<void> {
  const shared = await taken()
  if (shared === null) return
  const { words, files } = shared
  if (words.large) say(t('compose.share.large'))
  if (words.text === '' && files.length === 0) return
  pickPlace(t('compose.share'), ({ chat, top }) => {
    const place: Place = { chat, top, at: 0 }
    if (files.length === 0) keepDraft(chat, top, { rich: { text: words.text, entities: [] }, reply: 0 })
    openChat(chat, { top, whole: true })
    if (files.length > 0) offerFiles(place, files, { words: words.text })
  })
}
