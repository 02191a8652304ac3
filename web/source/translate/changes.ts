/** Updates that tell of people, groups and topics themselves, as events of the model. */

import type { Event } from '../model/events.ts'
import type { Topic } from '../model/types.ts'
import { notifySettings } from './messages.ts'
import { channelId, peerId } from './peers.ts'
import type * as api from './tl.ts'

export function changes(update: api.Update): Event[] {
  switch (update._) {
    case 'updateUser':
      return [{ type: 'stale', peer: update.userId }]
    case 'updateUserName': {
      const { userId: user, firstName: first, lastName: last, usernames } = update
      const username = usernames.find(({ active }) => active)?.username ?? ''
      return [{ type: 'named', user, first, last, username }]
    }
    case 'updateUserPhone':
      return [{ type: 'phone', user: update.userId, phone: update.phone }]
    case 'updatePeerBlocked':
      return [{ type: 'blocked', user: peerId(update.peerId), blocked: update.blocked ?? false }]
    case 'updatePeerSettings':
    case 'updateBotCommands':
      return [{ type: 'stale', peer: peerId(update.peer) }]
    case 'updateChannel':
      return [{ type: 'stale', peer: channelId(update.channelId) }]
    case 'updateChat':
    case 'updateChatParticipantAdd':
    case 'updateChatParticipantDelete':
    case 'updateChatParticipantAdmin':
      return [{ type: 'stale', peer: -update.chatId }]
    case 'updateChatParticipants':
      return [{ type: 'stale', peer: -update.participants.chatId }]
    case 'updateChatDefaultBannedRights':
      return [{ type: 'stale', peer: peerId(update.peer) }]
    case 'updatePendingJoinRequests': {
      const { requestsPending: pending, recentRequesters: recent } = update
      return [{ type: 'requests', peer: peerId(update.peer), pending, recent }]
    }
    default:
      return topics(update)
  }
}

function topics(update: api.Update): Event[] {
  switch (update._) {
    case 'updatePinnedForumTopic': {
      const { peer, topicId: topic, pinned = false } = update
      return [{ type: 'topic.pinned', chat: peerId(peer), topic, pinned }]
    }
    case 'updatePinnedForumTopics':
      return [{ type: 'topics.order', chat: peerId(update.peer), pinned: update.order ?? [] }]
    case 'updateReadChannelDiscussionInbox': {
      const { topMsgId: topic, readMaxId: upTo } = update
      return [{ type: 'topic.inbox', chat: channelId(update.channelId), topic, upTo }]
    }
    case 'updateReadChannelDiscussionOutbox': {
      const { topMsgId: topic, readMaxId: upTo } = update
      return [{ type: 'topic.outbox', chat: channelId(update.channelId), topic, upTo }]
    }
    case 'updateNotifySettings': {
      if (update.peer._ !== 'notifyForumTopic') return []
      const { peer, topMsgId: topic } = update.peer
      return [{ type: 'topic.notify', chat: peerId(peer), topic, notify: notifySettings(update.notifySettings) }]
    }
    default:
      return []
  }
}

/** Return a topic; null for one that was deleted. */
export function topic(given: api.ForumTopic): Topic | null {
  if (given._ !== 'forumTopic') return null
  return {
    chat: peerId(given.peer),
    id: given.id,
    title: given.title,
    colour: given.iconColor,
    date: given.date,
    author: peerId(given.fromId),
    mine: given.my ?? false,
    closed: given.closed ?? false,
    hidden: given.hidden ?? false,
    pinned: given.pinned ?? false,
    top: given.topMessage,
    unread: given.unreadCount,
    mentions: given.unreadMentionsCount,
    readInbox: given.readInboxMaxId,
    readOutbox: given.readOutboxMaxId,
    notify: notifySettings(given.notifySettings),
  }
}
