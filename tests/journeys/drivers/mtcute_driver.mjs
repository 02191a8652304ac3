// mtcute on Node, told what to do by the harness.
import { basename } from 'node:path'
import { readFileSync, writeFileSync } from 'node:fs'
import { aroundActs, onRaw } from './mtcute_around.mjs'
import { buttonActs } from './mtcute_buttons.mjs'
import { community } from './mtcute_community.mjs'
import { kindOf, mediaActs } from './mtcute_media.mjs'
import { stickerActs } from './mtcute_stickers.mjs'
import { asked, loadModule, proxyOf, say, serve } from './wire.mjs'

const { TelegramClient, MemoryStorage, MtProxyTcpTransport } = await loadModule('@mtcute/node')
const core = await loadModule('@mtcute/node/utils.js')
const crypto = new core.NodeCryptoProvider()
await crypto.initialize?.()
core.addPublicKey(crypto, readFileSync(asked.pem, 'utf8'))
const dc = { id: 2, ipAddress: asked.host, port: asked.port }
const storage = new MemoryStorage()
let client

const show = m => ({
  id: m.id, peer: m.chat.id, sender: m.sender.id, text: m.text, out: m.isOutgoing,
  reply_to: m.replyToMessage?.id ?? null, edited: m.editDate !== null, kind: kindOf(m), silent: m.isSilent,
})

function make () {
  const by = asked.proxy ? { transport: new MtProxyTcpTransport(proxyOf(asked.proxy)) } : {}
  const made = new TelegramClient({
    apiId: 1, apiHash: 'x'.repeat(32), storage, crypto,
    defaultDcs: { main: dc, media: { ...dc, mediaOnly: false } },
    network: { usePfs: asked.pfs }, ...by, logLevel: 2, updates: { catchUp: true },
  })
  made.log.mgr.handler = (_color, level, tag, text, args) => process.stderr.write(`${level} ${tag} ${text} ${args.map(a => a?.stack ?? String(a)).join(' ')}\n`.replaceAll('\n', ' ') + '\n')
  made.onNewMessage.add(m => say({ event: 'message', ...show(m) }))
  made.onEditMessage.add(m => say({ event: 'edited', ...show(m) }))
  made.onDeleteMessage.add(u => say({ event: 'deleted', ids: u.messageIds }))
  made.onHistoryRead.add(u => { if (u.isOutbox) say({ event: 'read', peer: u.chatId, max_id: u.maxReadId }) })
  made.onRawUpdate.add(onRaw)
  made.onUserTyping.add(u => say({ event: 'typing', peer: u.chatId === 0 ? u.userId : u.chatId }))
  return made
}

async function entered (result) {
  await client.notifyLoggedIn(result)
  await client.startUpdatesLoop()
  return { user: result.user.id }
}

async function proved (me) {
  await client.startUpdatesLoop()
  return { user: me.id }
}

let scanned // whoever scans the QR code

const digits = phone => phone.replace(/\D/g, '')

await serve({
  ...mediaActs(() => client),
  ...stickerActs(() => client),
  ...aroundActs(() => client),
  ...buttonActs(() => client),
  async start () {
    client = make()
    await client.connect()
    try {
      await client.getMe()
    } catch (error) {
      if (error.text === 'AUTH_KEY_UNREGISTERED') return { authorized: false }
      throw error
    }
    await client.startUpdatesLoop()
    return { authorized: true }
  },
  async disconnect () {
    await client.stopUpdatesLoop()
    await client.disconnect()
  },
  async send_code ({ phone }) { return { hash: (await client.sendCode({ phone })).phoneCodeHash } },
  async sign_in ({ phone, hash, code, password }) {
    let result
    try {
      result = await client.call({ _: 'auth.signIn', phoneNumber: digits(phone), phoneCodeHash: hash, phoneCode: code })
    } catch (error) {
      if (error.text !== 'SESSION_PASSWORD_NEEDED') throw error
      return proved(await client.checkPassword(password))
    }
    return result._ === 'auth.authorizationSignUpRequired' ? { sign_up: true } : entered(result)
  },
  async sign_in_bot ({ token }) { return proved(await client.signInBot(token)) },
  async sign_up ({ phone, hash, first, last }) {
    return entered(await client.call({ _: 'auth.signUp', phoneNumber: digits(phone), phoneCodeHash: hash, firstName: first, lastName: last }))
  },
  async check_password ({ password }) { return proved(await client.checkPassword(password)) },
  async set_password ({ new: password, hint }) { await client.enableCloudPassword({ password, hint }) },
  async resend_code ({ phone, hash }) { return { hash: (await client.resendCode({ phone, phoneCodeHash: hash })).phoneCodeHash } },
  async qr_link () {
    return { url: await new Promise((resolve, reject) => {
      scanned = client.signInQr({ onUrlUpdated: resolve })
      scanned.catch(reject)
    }) }
  },
  async qr_wait () { return proved(await scanned) },
  async accept_qr ({ url }) {
    await client.call({ _: 'auth.acceptLoginToken', token: Buffer.from(url.split('token=')[1], 'base64url') })
  },
  async me () {
    const me = await client.getMe()
    return { id: me.id, first: me.firstName, username: me.username, phone: me.phoneNumber }
  },
  async set_username ({ username }) { await client.setMyUsername(username) },
  async find_username ({ username }) { return { id: (await client.getUser(username)).id } },
  async find_phone ({ phone, first }) {
    const found = await client.importContacts([{ phone, firstName: first, lastName: '' }])
    return { id: found.users[0].id }
  },
  async send ({ to, text, reply_to }) { return { id: (await client.sendText(to, text, { replyTo: reply_to ?? undefined })).id } },
  async send_file ({ to, path }) {
    const file = readFileSync(path)
    return { id: (await client.sendMedia(to, { type: 'document', file, fileName: basename(path), fileMime: 'application/octet-stream', caption: 'a file' })).id }
  },
  async send_photo ({ to, path }) {
    return { id: (await client.sendMedia(to, { type: 'photo', file: readFileSync(path), caption: 'a photo' })).id }
  },
  async download ({ to, id, path }) {
    const [message] = await client.getMessages(to, id)
    writeFileSync(path, await client.downloadAsBuffer(message.media))
  },
  async edit ({ to, id, text }) { await client.editMessage({ chatId: to, message: id, text }) },
  async delete ({ to, ids }) { await client.deleteMessagesById(to, ids, { revoke: true }) },
  async forward ({ source, to, ids }) {
    return { ids: (await client.forwardMessagesById({ fromChatId: source, messages: ids, toChatId: to })).map(m => m.id) }
  },
  async read ({ to }) { await client.readHistory(to) },
  async typing ({ to }) { await client.sendTyping(to, 'typing') },
  async history ({ to, limit }) {
    const found = []
    for await (const m of client.iterHistory(to, { limit })) found.push(show(m))
    return found
  },
  async search ({ to, query }) { return (await client.searchMessages({ chatId: to, query })).map(show) },
  async dialogs () {
    const found = []
    for await (const d of client.iterDialogs()) found.push({ id: d.peer.id, unread: d.unreadCount, top: d.lastMessage?.id ?? 0 })
    return found
  },
  async sessions () { return (await client.call({ _: 'account.getAuthorizations' })).authorizations.length },
  async log_out () { await client.logOut() },
  async create_group ({ title, users }) { return { id: (await client.createGroup({ title, users })).chat.id } },
  async create_channel ({ title, broadcast }) {
    return { id: (await (broadcast ? client.createChannel({ title }) : client.createSupergroup({ title }))).id }
  },
  async invite ({ to, users }) { await client.addChatMembers(to, users, {}) },
  async join ({ username }) {
    const joined = await client.joinChat(username)
    return { id: (joined.chat ?? joined).id }
  },
  ...community({ client: () => client, show }),
})
