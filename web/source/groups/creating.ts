/** Making groups and channels. */

import { call, inputUser } from '../api.ts'
import { refreshChats } from '../chats/actions.ts'
import type { PeerId } from '../model/types.ts'
import { closePanels, openChat } from '../nav.ts'
import { peers } from '../store.ts'
import { chat as peerOf } from '../translate/peers.ts'
import type * as api from '../translate/tl.ts'
import { say } from '../ui/overlays.tsx'
import { attempt } from '../ui/refusals.ts'
import { t } from '../words.ts'
import { setPhoto } from './editing.ts'
import { named } from '../people/naming.ts'

/** Return the group or channel that the updates of its making name. */
function made(updates: object): PeerId {
  const { chats = [] } = updates as { chats?: api.Chat[] }
  const [first] = chats
  if (first === undefined) throw new Error('an answer without what was made')
  return peerOf(first).id
}

/** Say whom one could not add, since they do not allow it. */
export function tellRefused(users: readonly PeerId[]): void {
  if (users.length === 0) return
  const names = users.map((id) => named(peers.peek().get(id))).join(', ')
  say(t('groups.refused', { n: users.length, names }))
}

async function finish(chat: PeerId, photo: Blob | null): Promise<void> {
  if (photo !== null) await attempt(() => setPhoto(chat, photo))
  await refreshChats([chat])
  await closePanels('left')
  openChat(chat)
}

/** Make a group of some people. */
export async function makeGroup(title: string, users: readonly PeerId[], photo: Blob | null): Promise<void> {
  const answer = await call({ _: 'messages.createChat', users: users.map(inputUser), title })
  tellRefused(answer.missingInvitees.map(({ userId }) => userId))
  await finish(made(answer.updates), photo)
}

export interface NewChannel {
  title: string
  about: string
  kind: 'channel' | 'supergroup'
  photo: Blob | null
  forum: boolean
}

/** Make a channel or supergroup; returns it, before its name is set and it is opened. */
export async function makeChannel({ title, about, kind, forum }: NewChannel): Promise<PeerId> {
  const shape = kind === 'channel' ? { broadcast: true } : { megagroup: true, ...(forum ? { forum: true } : {}) }
  return made(await call({ _: 'channels.createChannel', title, about, ...shape }))
}

export { finish }
