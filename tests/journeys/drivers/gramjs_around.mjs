// GramJS's part in what surrounds messages: reactions, polls, drafts, pins and the like.
import { sendMedia } from './gramjs_media.mjs'
import { load, say } from './wire.mjs'

const { Api } = load('telegram')
const { getPeerId } = load('telegram/Utils')
const bigInt = load('big-integer')

const FOREVER = 2 ** 31 - 1 // until when a conversation is muted for good
const CHANNELS = 1_000_000_000_000 // a channel's number is -(10¹² + id)
const numberOf = peer => peer.className === 'PeerChannel' ? -CHANNELS - Number(peer.channelId) : Number(getPeerId(peer))
const countsOf = given => Object.fromEntries((given?.results ?? []).map(r => [r.reaction.emoticon, r.count]))
const isMuted = settings => (settings?.muteUntil ?? 0) > 0

/** Tell the harness of what the library has no event for. */
export function onAround (update) {
  switch (update.className) {
    case 'UpdateMessageReactions':
      return say({ event: 'reactions', peer: numberOf(update.peer), id: update.msgId, counts: countsOf(update.reactions) })
    case 'UpdateMessagePoll':
      return say({ event: 'poll', total: update.results.totalVoters ?? 0, closed: Boolean(update.poll?.closed) })
    case 'UpdateDraftMessage':
      return say({ event: 'draft', peer: numberOf(update.peer), text: update.draft.message ?? '' })
    case 'UpdatePinnedMessages':
      return say({ event: 'pinned', peer: numberOf(update.peer), ids: update.messages, pinned: Boolean(update.pinned) })
    case 'UpdatePinnedChannelMessages':
      return say({ event: 'pinned', peer: -CHANNELS - Number(update.channelId), ids: update.messages, pinned: Boolean(update.pinned) })
    case 'UpdateNotifySettings':
      if (update.peer.className !== 'NotifyPeer') return
      return say({ event: 'muted', peer: numberOf(update.peer.peer), muted: isMuted(update.notifySettings) })
    case 'UpdatePeerHistoryTTL':
      return say({ event: 'ttl', peer: numberOf(update.peer), seconds: update.ttlPeriod ?? 0 })
    case 'UpdateDialogFilter':
    case 'UpdateDialogFilterOrder':
      return say({ event: 'folders' })
  }
}

/** What a device is asked to do around messages. */
export const aroundActs = (client, named) => {
  const one = async ({ to, id }) => (await client().getMessages(named(to), { ids: [id] }))[0]
  const peer = to => client().getInputEntity(named(to))
  const invoke = request => client().invoke(request)
  return {
    async put_reaction ({ to, id, emoji }) {
      const reaction = emoji ? [new Api.ReactionEmoji({ emoticon: emoji })] : []
      await invoke(new Api.messages.SendReaction({ peer: await peer(to), msgId: id, reaction }))
    },
    async reactions (where) { return countsOf((await one(where)).reactions) },
    async make_poll ({ to, question, options, correct, public: open }) {
      const words = text => new Api.TextWithEntities({ text, entities: [] })
      const answers = options.map((o, i) => new Api.PollAnswer({ text: words(o), option: Buffer.from([i]) }))
      const quiz = correct !== null
      const poll = new Api.Poll({ id: bigInt(0), question: words(question), answers, quiz, publicVoters: open })
      const media = new Api.InputMediaPoll({ poll, ...(quiz ? { correctAnswers: [Buffer.from([correct])], solution: 'because', solutionEntities: [] } : {}) })
      return { id: await sendMedia(client(), named(to), media) }
    },
    async poll_of (where) {
      const { poll, results } = (await one(where)).media
      const voters = results.results ?? []
      const numbers = wanted => voters.flatMap((v, i) => wanted(v) ? [i] : [])
      return {
        question: poll.question.text, options: poll.answers.map(a => a.text.text), voters: voters.map(v => v.voters),
        chosen: numbers(v => v.chosen), correct: numbers(v => v.correct), closed: Boolean(poll.closed), quiz: Boolean(poll.quiz),
        total: results.totalVoters ?? 0, explanation: results.solution ?? '',
      }
    },
    async cast_vote ({ to, id, options }) {
      const { poll } = (await one({ to, id })).media
      await invoke(new Api.messages.SendVote({ peer: await peer(to), msgId: id, options: options.map(i => poll.answers[i].option) }))
    },
    async schedule ({ to, text, at }) { return { id: (await client().sendMessage(named(to), { message: text, schedule: at })).id } },
    async scheduled ({ to }) {
      const found = await invoke(new Api.messages.GetScheduledHistory({ peer: await peer(to), hash: bigInt(0) }))
      return found.messages.map(m => ({ id: m.id, text: m.message }))
    },
    async send_scheduled ({ to, ids }) { await invoke(new Api.messages.SendScheduledMessages({ peer: await peer(to), id: ids })) },
    async send_silent ({ to, text }) { return { id: (await client().sendMessage(named(to), { message: text, silent: true })).id } },
    async search_public ({ query }) {
      const found = await invoke(new Api.contacts.Search({ q: query, limit: 20 }))
      return [...found.myResults, ...found.results].map(numberOf)
    },
    async search_all ({ query }) { return (await client().getMessages(undefined, { search: query, limit: 50 })).map(m => ({ peer: numberOf(m.peerId), text: m.message })) },
    async draft ({ to, text }) { await invoke(new Api.messages.SaveDraft({ peer: await peer(to), message: text })) },
    async set_pinned ({ to, id, pinned }) { await (pinned ? client().pinMessage(named(to), id) : client().unpinMessage(named(to), id)) },
    async pinned ({ to }) { return (await client().getMessages(named(to), { filter: new Api.InputMessagesFilterPinned(), limit: 50 })).map(m => m.id) },
    async mute ({ to, muted }) {
      const settings = new Api.InputPeerNotifySettings({ muteUntil: muted ? FOREVER : 0 })
      await invoke(new Api.account.UpdateNotifySettings({ peer: new Api.InputNotifyPeer({ peer: await peer(to) }), settings }))
    },
    async set_ttl ({ to, seconds }) { await invoke(new Api.messages.SetHistoryTTL({ peer: await peer(to), period: seconds })) },
    async archive ({ to, archived }) {
      const moved = new Api.InputFolderPeer({ peer: await peer(to), folderId: archived ? 1 : 0 })
      await invoke(new Api.folders.EditPeerFolders({ folderPeers: [moved] }))
    },
    async pin_chat ({ to, pinned }) { await invoke(new Api.messages.ToggleDialogPin({ pinned, peer: new Api.InputDialogPeer({ peer: await peer(to) }) })) },
    async mark_unread ({ to, unread }) { await invoke(new Api.messages.MarkDialogUnread({ unread, peer: new Api.InputDialogPeer({ peer: await peer(to) }) })) },
    async read_mentions ({ to }) { await invoke(new Api.messages.ReadMentions({ peer: await peer(to) })) },
  }
}
