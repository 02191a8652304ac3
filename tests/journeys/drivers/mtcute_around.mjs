// mtcute's part in what surrounds messages: reactions, polls, folders, drafts, pins and the like.
import { counted } from './mtcute_media.mjs'
import { loadModule, say } from './wire.mjs'

const { getMarkedPeerId } = await loadModule('@mtcute/node/utils.js')
const FOREVER = 2 ** 31 - 1 // until when a conversation is muted for good
const CHANNELS = 1_000_000_000_000 // a channel's number is -(10¹² + id)

const countsOf = raw => Object.fromEntries((raw?.results ?? []).map(r => [r.reaction.emoticon, r.count]))
const isMuted = settings => (settings?.muteUntil ?? 0) > 0

/** Tell the harness of what the library has no event for. */
export function onRaw ({ update }) {
  switch (update._) {
    case 'updateMessageReactions':
      return say({ event: 'reactions', peer: getMarkedPeerId(update.peer), id: update.msgId, counts: countsOf(update.reactions) })
    case 'updateMessagePoll':
      return say({ event: 'poll', total: update.results.totalVoters ?? 0, closed: Boolean(update.poll?.closed) })
    case 'updateDraftMessage':
      return say({ event: 'draft', peer: getMarkedPeerId(update.peer), text: update.draft.message ?? '' })
    case 'updatePinnedMessages':
      return say({ event: 'pinned', peer: getMarkedPeerId(update.peer), ids: update.messages, pinned: Boolean(update.pinned) })
    case 'updatePinnedChannelMessages':
      return say({ event: 'pinned', peer: -CHANNELS - update.channelId, ids: update.messages, pinned: Boolean(update.pinned) })
    case 'updateNotifySettings':
      if (update.peer._ !== 'notifyPeer') return
      return say({ event: 'muted', peer: getMarkedPeerId(update.peer.peer), muted: isMuted(update.notifySettings) })
    case 'updatePeerHistoryTTL':
      return say({ event: 'ttl', peer: getMarkedPeerId(update.peer), seconds: update.ttlPeriod ?? 0 })
    case 'updateDialogFilter':
    case 'updateDialogFilterOrder':
      return say({ event: 'folders' })
  }
}

/** What a device is asked to do around messages. */
export const aroundActs = client => {
  const one = async ({ to, id }) => (await client().getMessages(to, id))[0]
  const peer = to => client().resolvePeer(to)
  return {
    async put_reaction ({ to, id, emoji }) { await client().sendReaction({ chatId: to, message: id, emoji: emoji || null }) },
    async reactions (where) { return countsOf((await one(where)).raw.reactions) },
    async reactors ({ to, id }) {
      return (await client().getReactionUsers({ chatId: to, message: id, limit: 50 })).map(r => [r.peer.id, r.emoji]).sort((a, b) => a[0] - b[0])
    },
    async read_reactions ({ to }) { await client().readReactions(to) },
    async voters ({ to, id, option }) {
      const { data } = (await one({ to, id })).media.answers[option]
      const found = await client().call({ _: 'messages.getPollVotes', peer: await peer(to), id, option: data, limit: 50 })
      return found.votes.map(v => getMarkedPeerId(v.peer)).sort((a, b) => a - b)
    },
    async tags () {
      const found = await client().call({ _: 'messages.getSavedReactionTags', hash: 0 })
      return Object.fromEntries(found.tags.map(t => [t.reaction.emoticon, t.count]))
    },
    async make_poll ({ to, question, options, correct, public: open }) {
      const solution = { text: 'because', entities: [{ _: 'messageEntityBold', offset: 0, length: 7 }] } // without an entity it writes it wrongly
      const quiz = correct === null ? { type: 'poll' } : { type: 'quiz', correct, solution }
      return { id: (await client().sendMedia(to, { ...quiz, question, answers: options, public: open })).id }
    },
    async poll_of (where) {
      const { media: poll } = await one(where)
      const numbers = wanted => poll.answers.flatMap((a, i) => wanted(a) ? [i] : [])
      return {
        question: poll.question, options: poll.answers.map(a => a.text), voters: poll.answers.map(a => a.voters),
        chosen: numbers(a => a.chosen), correct: numbers(a => a.correct), closed: poll.isClosed, quiz: poll.isQuiz, total: poll.voters,
        explanation: poll.solution ?? '',
      }
    },
    async cast_vote ({ to, id, options }) { await client().sendVote({ chatId: to, message: id, options: options.length ? options : null }) },
    async close_poll ({ to, id }) { await client().closePoll({ chatId: to, message: id }) },
    async schedule ({ to, text, at }) { return { id: (await client().sendText(to, text, { schedule: new Date(at * 1000) })).id } },
    async scheduled ({ to }) { return (await client().getAllScheduledMessages(to)).map(m => ({ id: m.id, text: m.text })) },
    async send_scheduled ({ to, ids }) { await client().sendScheduled(to, ids) },
    async send_silent ({ to, text }) { return { id: (await client().sendText(to, text, { silent: true })).id } },
    async folders () {
      const { filters } = await client().getFolders()
      return filters.filter(f => f._ === 'dialogFilter').map(f => ({ id: f.id, title: f.title.text, chats: f.includePeers.map(p => getMarkedPeerId(p)) }))
    },
    async make_folder ({ title, chats }) {
      const includePeers = await Promise.all(chats.map(peer))
      return { id: (await client().createFolder({ title: { _: 'textWithEntities', text: title, entities: [] }, includePeers })).id }
    },
    async order_folders ({ ids }) { await client().setFoldersOrder(ids) },
    async delete_folder ({ id }) { await client().deleteFolder(id) },
    async search_public ({ query }) {
      const found = await client().call({ _: 'contacts.search', q: query, limit: 20 })
      return [...found.myResults, ...found.results].map(p => getMarkedPeerId(p))
    },
    async search_all ({ query }) { return (await client().searchGlobal({ query })).map(m => ({ peer: m.chat.id, text: m.text })) },
    async draft ({ to, text }) { await client().saveDraft(to, text ? { message: text } : null) },
    async set_pinned ({ to, id, pinned }) { await (pinned ? client().pinMessage({ chatId: to, message: id }) : client().unpinMessage({ chatId: to, message: id })) },
    async pinned ({ to }) { return (await client().searchMessages({ chatId: to, filter: { _: 'inputMessagesFilterPinned' } })).map(m => m.id) },
    async link_to ({ to, id }) {
      const { channelId, accessHash } = await peer(to)
      return { link: (await client().call({ _: 'channels.exportMessageLink', channel: { _: 'inputChannel', channelId, accessHash }, id })).link }
    },
    async follow ({ link }) {
      const found = await client().getMessageByLink(link)
      return { peer: found?.chat.id, id: found?.id }
    },
    async mute ({ to, muted }) {
      const settings = { _: 'inputPeerNotifySettings', muteUntil: muted ? FOREVER : 0 }
      await client().call({ _: 'account.updateNotifySettings', peer: { _: 'inputNotifyPeer', peer: await peer(to) }, settings })
    },
    async set_ttl ({ to, seconds }) { await client().setChatTtl(to, seconds) },
    async mentions ({ to }) {
      const found = await client().call({ _: 'messages.getUnreadMentions', peer: await peer(to), offsetId: 0, addOffset: 0, limit: 50, maxId: 0, minId: 0 })
      return found.messages.map(m => m.id)
    },
    async read_mentions ({ to }) { counted(client(), await client().call({ _: 'messages.readMentions', peer: await peer(to) })) },
    async archive ({ to, archived }) { await (archived ? client().archiveChats(to) : client().unarchiveChats(to)) },
    async pin_chat ({ to, pinned }) { await client().call({ _: 'messages.toggleDialogPin', pinned, peer: { _: 'inputDialogPeer', peer: await peer(to) } }) },
    async mark_unread ({ to, unread }) { await client().call({ _: 'messages.markDialogUnread', unread, peer: { _: 'inputDialogPeer', peer: await peer(to) } }) },
    async mark_of ({ to }) {
      for await (const dialog of client().iterDialogs({ archived: 'keep' })) {
        if (dialog.peer.id !== to) continue
        const { raw } = dialog
        const state = { archived: raw.folderId === 1, pinned: Boolean(raw.pinned), unread: Boolean(raw.unreadMark), news: raw.unreadReactionsCount }
        return { ...state, mentions: raw.unreadMentionsCount, muted: isMuted(raw.notifySettings), ttl: raw.ttlPeriod ?? 0, draft: raw.draft?.message ?? '' }
      }
    },
  }
}
