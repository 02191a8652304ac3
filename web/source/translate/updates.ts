/** Updates of the API as events of the model. */

import type { Event } from '../model/events.ts'
import type { Dialog, Message, PeerId } from '../model/types.ts'
import type * as api from './tl.ts'
import { changes } from './changes.ts'
import { poll, webPage } from './media.ts'
import { draft, message, notifySettings, reactions } from './messages.ts'
import { channelId, peerId, presence } from './peers.ts'

const ACTIONS: Partial<Record<string, string>> = {
  sendMessageTypingAction: 'typing',
  sendMessageRecordVideoAction: 'video',
  sendMessageUploadVideoAction: 'video',
  sendMessageRecordAudioAction: 'voice',
  sendMessageUploadAudioAction: 'voice',
  sendMessageRecordRoundAction: 'video',
  sendMessageUploadRoundAction: 'video',
  sendMessageUploadPhotoAction: 'photo',
  sendMessageUploadDocumentAction: 'file',
  sendMessageChooseStickerAction: 'sticker',
}

export function dialog(given: api.Dialog, top: Message | undefined): Dialog | null {
  if (given._ !== 'dialog') return null
  const drafted = draft(given.draft)
  return {
    chat: peerId(given.peer),
    top: given.topMessage,
    unread: given.unreadCount,
    mentions: given.unreadMentionsCount,
    reactions: given.unreadReactionsCount,
    marked: given.unreadMark ?? false,
    readInbox: given.readInboxMaxId,
    readOutbox: given.readOutboxMaxId,
    pinned: given.pinned ?? false,
    folder: given.folderId ?? 0,
    draft: drafted,
    notify: notifySettings(given.notifySettings),
    date: Math.max(top?.date ?? 0, drafted?.date ?? 0),
    topicOnly: false,
  }
}

function named(given: { _: string; peer?: api.PeerName }): PeerId | null {
  return given._ === 'dialogPeer' && given.peer !== undefined ? peerId(given.peer) : null
}

const pageId = (page: api.WebPage): string => ('id' in page ? String(page.id) : '')

type Update<Name extends string> = Extract<api.Update, { _: Name }>

/** Return what an update does to the model; nothing for what no view shows. `now`: milliseconds. */
export function events(update: api.Update, self: PeerId, now: number): Event[] {
  switch (update._) {
    case 'updateNewMessage':
    case 'updateNewChannelMessage': {
      const made = message(update.message, self)
      return made === null ? [] : [{ type: 'message', message: made, fresh: true }]
    }
    case 'updateEditMessage':
    case 'updateEditChannelMessage': {
      const made = message(update.message, self)
      return made === null ? [] : [{ type: 'edited', message: made }]
    }
    case 'updateWebPage':
    case 'updateChannelWebPage':
      return [{ type: 'webpage', id: pageId(update.webpage), page: webPage(update.webpage) }]
    case 'updateNewScheduledMessage': {
      const made = message(update.message, self)
      return made === null ? [] : [{ type: 'scheduled', message: made }]
    }
    case 'updateDeleteScheduledMessages':
      return [{ type: 'unscheduled', chat: peerId(update.peer), ids: update.messages }]
    case 'updateDeleteMessages':
      return [{ type: 'removed', chat: null, ids: update.messages }]
    case 'updateDeleteChannelMessages':
      return [{ type: 'removed', chat: channelId(update.channelId), ids: update.messages }]
    case 'updateMessageReactions': {
      const chat = peerId(update.peer)
      return [{ type: 'reactions', chat, id: update.msgId, reactions: reactions(update.reactions) }]
    }
    case 'updateMessagePoll':
      if (update.poll === undefined) return []
      return [
        { type: 'poll', poll: poll(update.poll, update.results), partial: update.results.min ?? false },
      ]
    case 'updateUserStatus':
      return [{ type: 'presence', user: update.userId, presence: presence(update.status) }]
    default:
      return [...reading(update), ...listing(update), ...changes(update), ...typing(update, now)]
  }
}

/** What moves marks of reading. */
function reading(update: api.Update): Event[] {
  switch (update._) {
    case 'updateReadHistoryInbox': {
      const { peer, maxId, stillUnreadCount } = update
      return [{ type: 'read.inbox', chat: peerId(peer), upTo: maxId, unread: stillUnreadCount }]
    }
    case 'updateReadChannelInbox': {
      const { maxId, stillUnreadCount } = update
      const chat = channelId(update.channelId)
      return [{ type: 'read.inbox', chat, upTo: maxId, unread: stillUnreadCount }]
    }
    case 'updateReadHistoryOutbox':
      return [{ type: 'read.outbox', chat: peerId(update.peer), upTo: update.maxId }]
    case 'updateReadChannelOutbox':
      return [{ type: 'read.outbox', chat: channelId(update.channelId), upTo: update.maxId }]
    case 'updateReadMessagesContents':
      return [{ type: 'heard', chat: null, ids: update.messages }]
    case 'updateChannelReadMessagesContents':
      return [{ type: 'heard', chat: channelId(update.channelId), ids: update.messages }]
    case 'updatePinnedMessages': {
      const { messages, pinned = false } = update
      return [{ type: 'pins', chat: peerId(update.peer), ids: messages, pinned }]
    }
    case 'updatePinnedChannelMessages': {
      const { messages, pinned = false } = update
      return [{ type: 'pins', chat: channelId(update.channelId), ids: messages, pinned }]
    }
    case 'updateChannelMessageViews': {
      const { id, views } = update
      return [{ type: 'views', chat: channelId(update.channelId), id, views }]
    }
    case 'updateChannelAvailableMessages':
      return [{ type: 'cleared', chat: channelId(update.channelId), upTo: update.availableMinId }]
    default:
      return []
  }
}

/** What changes the list of chats. */
function listing(update: api.Update): Event[] {
  switch (update._) {
    case 'updateDialogPinned': {
      const chat = named(update.peer)
      return chat === null ? [] : [{ type: 'dialog.pinned', chat, pinned: update.pinned ?? false }]
    }
    case 'updatePinnedDialogs': {
      const pinned = (update.order ?? []).map(named).filter((chat) => chat !== null)
      if (update.order === undefined) return []
      return [{ type: 'dialogs.order', folder: update.folderId ?? 0, pinned }]
    }
    case 'updateDialogFilter':
    case 'updateDialogFilters':
    case 'updateDialogFilterOrder':
      return [{ type: 'folders' }]
    case 'updateNewAuthorization':
      return [{ type: 'devices' }]
    case 'updateConfig':
      return [{ type: 'config' }]
    case 'updateDialogUnreadMark': {
      const chat = named(update.peer)
      return chat === null ? [] : [{ type: 'dialog.marked', chat, marked: update.unread ?? false }]
    }
    case 'updateFolderPeers':
      return update.folderPeers.map(({ peer, folderId }) => ({
        type: 'dialog.folder',
        chat: peerId(peer),
        folder: folderId,
      }))
    case 'updateDraftMessage':
      if (update.topMsgId !== undefined) return []
      return [
        {
          type: 'draft',
          chat: peerId(update.peer),
          draft: draft(update.draft),
          now: 'date' in update.draft ? (update.draft.date ?? 0) : 0,
        },
      ]
    case 'updateNotifySettings':
      if (update.peer._ !== 'notifyPeer') return []
      return [
        {
          type: 'notify',
          chat: peerId(update.peer.peer),
          notify: notifySettings(update.notifySettings),
        },
      ]
    default:
      return []
  }
}

function typing(
  update: api.Update,
  now: number,
): Event[] {
  let told: { chat: PeerId; top: number; user: PeerId }
  let action: Update<'updateUserTyping'>['action']
  switch (update._) {
    case 'updateUserTyping':
      told = { chat: update.userId, top: 0, user: update.userId }
      action = update.action
      break
    case 'updateChatUserTyping':
      told = { chat: -update.chatId, top: 0, user: peerId(update.fromId) }
      action = update.action
      break
    case 'updateChannelUserTyping':
      told = { chat: channelId(update.channelId), top: update.topMsgId ?? 0, user: peerId(update.fromId) }
      action = update.action
      break
    default:
      return []
  }
  return [{ type: 'typing', ...told, action: ACTIONS[action._] ?? '', now }]
}
