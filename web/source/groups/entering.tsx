/** Following a link: to somebody, into a group or channel, to a message, to a folder of chats. */

import { call, messagesOf, inputPeer, Refused } from '../api.ts'
import { botViews } from '../bots/door.ts'
import { resolve } from '../chats/actions.ts'
import { pickChat } from '../chats/picker.tsx'
import { named } from '../people/naming.ts'
import { CHANNEL_OFFSET, GENERAL, type Peer, type PeerId } from '../model/types.ts'
import { openChat } from '../nav.ts'
import { apply, known, peers } from '../store.ts'
import { chat as peerOf, user as userOf } from '../translate/peers.ts'
import { showModal } from '../ui/overlays.tsx'
import { attempt, sentence } from '../ui/refusals.ts'
import { says, t } from '../words.ts'
import type { Target } from './addresses.ts'
import { FolderInvite } from './folder_invite.tsx'
import { Invited, NoEntry, Public } from './join_dialog.tsx'

/** A link that leads nowhere, with the sentence that says why. */
function fail(why: string, target: Target): void {
  showModal((close) => <NoEntry why={why} target={target} close={close} />, 'modal-ask')
}

function because(error: unknown): string {
  const word = error instanceof Refused ? `groups.entry.${error.text}` : ''
  return says(word) ? t(word) : sentence(error)
}

/** Open a message, in its topic or thread, or among its comments. */
async function openMessage(chat: PeerId, target: { message: number; thread: number; comment?: number }): Promise<void> {
  const { message, thread, comment = 0 } = target
  if (comment > 0) {
    const answer = await call({ _: 'messages.getDiscussionMessage', peer: inputPeer(chat), msgId: message })
    const root = messagesOf(answer).at(-1)
    if (root !== undefined) return openChat(root.chat, { top: root.id, at: comment })
  }
  const forum = known(chat).forum === true
  openChat(chat, { top: thread || (forum && message > 0 ? await topicOf(chat, message) : 0), at: message })
}

/** Return the topic that a message of a forum stands in. */
async function topicOf(chat: PeerId, id: number): Promise<number> {
  const channel = { _: 'inputChannel' as const, channelId: CHANNEL_OFFSET - chat, accessHash: known(chat).hash }
  const answer = await call({ _: 'channels.getMessages', channel, id: [{ _: 'inputMessageID', id }] })
  const [message] = messagesOf(answer)
  return message?.reply?.top || GENERAL
}

async function followInvite(target: Extract<Target, { is: 'invite' }>): Promise<void> {
  const answer = await call({ _: 'messages.checkChatInvite', hash: target.hash })
  if (answer._ === 'chatInvite') {
    showModal((close) => <Invited invite={answer} target={target} close={close} />, 'modal-join')
    return
  }
  const made = peerOf(answer.chat)
  if (!peers.peek().has(made.id)) throw new Error('an answer about a chat that was not learnt')
  openChat(made.id)
}

function isGroup({ kind, left }: Peer): boolean {
  return (kind === 'group' || kind === 'supergroup') && left !== true
}

async function followName(target: Extract<Target, { is: 'name' }>, fromAddress: boolean): Promise<void> {
  const chat = await resolve(target.name)
  if (chat === null) return
  const where = known(chat)
  if (where.bot === true && target.group !== undefined) {
    const { startBot } = await botViews()
    pickChat(t('bots.group.choose', { name: named(where) }), (group) => void attempt(() => startBot(chat, group, target.group ?? '')), isGroup)
    return
  }
  if (where.bot === true && target.start !== undefined) (await botViews()).wantStart(chat, target.start)
  const outside = where.kind !== 'user' && where.left === true
  if (fromAddress && outside && target.message === 0) {
    showModal((close) => <Public chat={chat} target={target} close={close} />, 'modal-join')
  } else await openMessage(chat, target)
}

async function followFolder(target: Extract<Target, { is: 'folder' }>): Promise<void> {
  const answer = await call({ _: 'chatlists.checkChatlistInvite', slug: target.slug })
  showModal((close) => <FolderInvite answer={answer} slug={target.slug} close={close} />, 'modal-join')
}

async function went(target: Target, fromAddress: boolean): Promise<void> {
  switch (target.is) {
    case 'invite':
      return followInvite(target)
    case 'name':
      return followName(target, fromAddress)
    case 'folder':
      return followFolder(target)
    case 'private': {
      const chat = CHANNEL_OFFSET - target.channel
      if (peers.peek().get(chat)?.left === false) await openMessage(chat, target)
      else fail(t('groups.entry.private'), target)
      return
    }
    case 'contact': {
      const person = userOf(await call({ _: 'contacts.importContactToken', token: target.token }))
      apply({ type: 'peers', peers: [person] })
      openChat(person.id)
      return
    }
    case 'phone': {
      const { peer } = await call({ _: 'contacts.resolvePhone', phone: target.phone })
      if (peer._ === 'peerUser') openChat(peer.userId)
      return
    }
    case 'user':
      if (peers.peek().has(target.user)) openChat(target.user)
      else fail(t('groups.entry.user'), target)
  }
}

/** Follow a link. `fromAddress`: the page was opened by it. */
export async function enter(target: Target, fromAddress: boolean): Promise<void> {
  try {
    await went(target, fromAddress)
  } catch (error) {
    fail(because(error), target)
  }
}
