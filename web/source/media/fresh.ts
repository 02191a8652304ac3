/** Files whose reference has expired: a reference is good for a day or two, then the message is read anew.
 *
 * https://core.telegram.org/api/file-references */

import { call, inputChannel, messagesOf } from '../api.ts'
import type { Place } from '../link.ts'
import type { Doc, Media, Message } from '../model/types.ts'
import { apply, peer } from '../store.ts'

/** Read a message anew and return what it carries now; null if it is gone. */
export async function freshMedia({ chat, id }: Message): Promise<Media | null> {
  const kind = peer(chat).peek()?.kind
  const names = [{ _: 'inputMessageID' as const, id }]
  const answer =
    kind === 'channel' || kind === 'supergroup'
      ? await call({ _: 'channels.getMessages', channel: inputChannel(chat), id: names })
      : await call({ _: 'messages.getMessages', id: names })
  const [message] = messagesOf(answer)
  if (message === undefined || message.chat !== chat) return null
  apply({ type: 'edited', message })
  return message.media
}

/** Return the file of a message as it is named now. */
export async function freshDoc(message: Message): Promise<Doc | null> {
  const media = await freshMedia(message)
  return media?.is === 'document' ? media.document : null
}

/** Return where a file of a message is now; `pick` finds it in what the message carries. */
export function renewal(message: Message, pick: (media: Media) => Place | null): () => Promise<Place | null> {
  return async () => {
    const media = message.id > 0 ? await freshMedia(message) : null
    return media === null ? null : pick(media)
  }
}
