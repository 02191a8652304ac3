// GramJS, told what to do by the harness.
import { writeFileSync } from 'node:fs'
import { aroundActs, onAround } from './gramjs_around.mjs'
import { kindOf, mediaActs } from './gramjs_media.mjs'
import { asked, load, say, serve, serverKey } from './wire.mjs'

const { TelegramClient, Api } = load('telegram')
const { StringSession } = load('telegram/sessions')
const connections = load('telegram/network')
const { PromisedWebSockets } = load('telegram/extensions')
const { NewMessage } = load('telegram/events')
const { Raw } = load('telegram/events')
const { EditedMessage } = load('telegram/events/EditedMessage')
const { DeletedMessage } = load('telegram/events/DeletedMessage')
const RSA = load('telegram/crypto/RSA')
const bigInt = load('big-integer')

const key = serverKey()
RSA._serverKeys.clear()
RSA._serverKeys.set(key.fingerprint.toString(), { n: bigInt(key.n.toString()), e: Number(key.e) })
const Base = asked.transport === 'ws' ? connections.ConnectionTCPObfuscated : connections.ConnectionTCPFull
class Here extends Base {
  constructor (options) { super({ ...options, ip: asked.host, port: asked.port }) }
}
let saved = ''
let client

// GramJS writes -100 before a channel's id; elsewhere channels lie below -10¹²
const CHANNELS = 1_000_000_000_000
const marked = (id, peer) => peer?.className === 'PeerChannel' ? -(CHANNELS + Number(peer.channelId)) : number(id)
const named = to => to < -CHANNELS ? new Api.PeerChannel({ channelId: bigInt(-to - CHANNELS) }) : to
const number = id => id === undefined || id === null ? null : Number(id.toString())
const show = m => ({
  id: m.id, peer: marked(m.chatId, m.peerId), sender: number(m.senderId), text: m.message ?? '', out: Boolean(m.out),
  reply_to: m.replyTo?.replyToMsgId ?? null, edited: Boolean(m.editDate), kind: kindOf(m),
})

// it has no events of its own for these
function onRaw (update) {
  if (update.className === 'UpdateReadHistoryOutbox') {
    const { userId, chatId } = update.peer
    say({ event: 'read', peer: userId ? number(userId) : -number(chatId), max_id: update.maxId })
  } else if (update.className === 'UpdateReadChannelOutbox') {
    say({ event: 'read', peer: -CHANNELS - number(update.channelId), max_id: update.maxId })
  } else if (update.className === 'UpdateUserTyping') say({ event: 'typing', peer: number(update.userId) })
  else onAround(update)
}

function make () {
  const session = new StringSession(saved)
  if (!saved) session.setDC(2, asked.host, asked.port)
  const made = new TelegramClient(session, 1, 'x'.repeat(32), {
    connection: Here, connectionRetries: 2,
    ...(asked.transport === 'ws' ? { networkSocket: PromisedWebSockets } : {}),
  })
  made.setLogLevel('warn')
  made._log.log = (level, message) => { if (level === 'warn' || level === 'error') process.stderr.write(`${level} ${message}\n`) }
  made.addEventHandler(e => say({ event: 'message', ...show(e.message) }), new NewMessage({}))
  made.addEventHandler(e => say({ event: 'edited', ...show(e.message) }), new EditedMessage({}))
  made.addEventHandler(e => say({ event: 'deleted', ids: e.deletedIds }), new DeletedMessage({}))
  made.addEventHandler(onRaw, new Raw({}))
  return made
}

await serve({
  ...mediaActs(() => client, named),
  ...aroundActs(() => client, named),
  async start () {
    client = make()
    await client.connect()
    const authorized = await client.checkAuthorization()
    if (authorized) await client.getMe()
    return { authorized }
  },
  async disconnect () {
    saved = client.session.save()
    await client.destroy()
  },
  async send_code ({ phone }) {
    const sent = await client.sendCode({ apiId: 1, apiHash: 'x'.repeat(32) }, phone)
    return { hash: sent.phoneCodeHash }
  },
  async sign_in ({ phone, hash, code }) {
    const result = await client.invoke(new Api.auth.SignIn({ phoneNumber: phone, phoneCodeHash: hash, phoneCode: code }))
    if (result.className === 'auth.AuthorizationSignUpRequired') return { sign_up: true }
    await client.getMe()
    return { user: number(result.user.id) }
  },
  async sign_in_bot ({ token }) {
    const { apiId, apiHash } = client
    await client.signInBot({ apiId, apiHash }, { botAuthToken: token, onError: (error) => { throw error } })
    return { user: number((await client.getMe()).id) }
  },
  async sign_up ({ phone, hash, first, last }) {
    const result = await client.invoke(new Api.auth.SignUp({ phoneNumber: phone, phoneCodeHash: hash, firstName: first, lastName: last }))
    await client.getMe()
    return { user: number(result.user.id) }
  },
  async me () {
    const me = await client.getMe()
    return { id: number(me.id), first: me.firstName, username: me.username ?? null, phone: me.phone }
  },
  async set_username ({ username }) { await client.invoke(new Api.account.UpdateUsername({ username })) },
  async find_username ({ username }) { return { id: number((await client.getEntity(username)).id) } },
  async find_phone ({ phone, first }) {
    const contact = new Api.InputPhoneContact({ clientId: bigInt(1), phone, firstName: first, lastName: '' })
    const found = await client.invoke(new Api.contacts.ImportContacts({ contacts: [contact] }))
    return { id: number(found.users[0].id) }
  },
  async send ({ to, text, reply_to }) { return { id: (await client.sendMessage(named(to), { message: text, replyTo: reply_to ?? undefined })).id } },
  async send_file ({ to, path }) {
    return { id: (await client.sendFile(named(to), { file: path, caption: 'a file', forceDocument: true, workers: 1 })).id }
  },
  async send_photo ({ to, path }) {
    return { id: (await client.sendFile(named(to), { file: path, caption: 'a photo', workers: 1 })).id }
  },
  async download ({ to, id, path }) {
    const [message] = await client.getMessages(named(to), { ids: [id] })
    writeFileSync(path, await client.downloadMedia(message, {}))
  },
  async edit ({ to, id, text }) { await client.editMessage(named(to), { message: id, text }) },
  async delete ({ to, ids }) { await client.deleteMessages(named(to), ids, { revoke: true }) },
  async forward ({ source, to, ids }) {
    return { ids: (await client.forwardMessages(named(to), { messages: ids, fromPeer: named(source) })).map(m => m.id) }
  },
  async read ({ to }) { await client.markAsRead(named(to)) },
  async typing ({ to }) { await client.invoke(new Api.messages.SetTyping({ peer: to, action: new Api.SendMessageTypingAction() })) },
  async history ({ to, limit }) { return (await client.getMessages(named(to), { limit })).map(show) },
  async search ({ to, query }) { return (await client.getMessages(named(to), { search: query, limit: 50 })).map(show) },
  async dialogs () { return (await client.getDialogs({})).map(d => ({ id: marked(d.id, d.dialog.peer), unread: d.unreadCount, top: d.message?.id ?? 0 })) },
  async chat ({ to }) { return { title: (await client.getEntity(named(to))).title } },
  async join_link ({ link }) {
    try {
      const joined = await client.invoke(new Api.messages.ImportChatInvite({ hash: link.split('+')[1] }))
      return { id: -CHANNELS - number(joined.chats[0].id) }
    } catch (error) {
      if (error.errorMessage !== 'INVITE_REQUEST_SENT') throw error
      return { asked: true }
    }
  },
  async comment ({ to, id, text }) { return { id: (await client.sendMessage(named(to), { message: text, commentTo: id })).id } },
  async comments ({ to, id }) { return (await client.getMessages(named(to), { replyTo: id, limit: 100 })).map(show) },
  async leave ({ to }) { await client.invoke(new Api.channels.LeaveChannel({ channel: named(to) })) },
  async message ({ to, id }) {
    const [found] = await client.getMessages(named(to), { ids: [id] })
    const votes = found.media?.results?.totalVoters ?? null
    const reactions = Object.fromEntries((found.reactions?.results ?? []).map(r => [r.reaction.emoticon, r.count]))
    return { ...show(found), pinned: Boolean(found.pinned), votes, reactions }
  },
  async sessions () { return (await client.invoke(new Api.account.GetAuthorizations())).authorizations.length },
  async log_out () {
    await client.invoke(new Api.auth.LogOut())
    saved = client.session.save()
    await client.destroy()
  },
})
