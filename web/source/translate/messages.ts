/** Messages of the API as the views show them. */

import type {
  Draft,
  Entity,
  Forward,
  Below,
  BotButton,
  Keyboard,
  Message,
  NotifySettings,
  PeerId,
  Reaction,
  Reply,
  Service,
} from '../model/types.ts'
import type * as api from './tl.ts'
import { media, picture } from './media.ts'
import { channelId, peerId } from './peers.ts'
import { clean } from '../ui/bidi.ts'

const ENTITIES: Partial<Record<api.MessageEntity['_'], Entity['type']>> = {
  messageEntityBold: 'bold',
  messageEntityItalic: 'italic',
  messageEntityUnderline: 'underline',
  messageEntityStrike: 'strike',
  messageEntitySpoiler: 'spoiler',
  messageEntityCode: 'code',
  messageEntityPre: 'pre',
  messageEntityBlockquote: 'quote',
  messageEntityUrl: 'link',
  messageEntityTextUrl: 'text_link',
  messageEntityEmail: 'email',
  messageEntityPhone: 'phone',
  messageEntityMention: 'mention',
  messageEntityMentionName: 'text_mention',
  messageEntityHashtag: 'hashtag',
  messageEntityCashtag: 'cashtag',
  messageEntityBotCommand: 'command',
  messageEntityCustomEmoji: 'emoji',
}

export function entities(given: api.MessageEntity[] | undefined): Entity[] {
  return (given ?? []).map((one) => {
    const made: Entity = { type: ENTITIES[one._] ?? 'other', offset: one.offset, length: one.length }
    if (one._ === 'messageEntityTextUrl') made.url = one.url
    if (one._ === 'messageEntityMentionName') made.user = one.userId
    if (one._ === 'messageEntityPre') made.language = one.language
    if (one._ === 'messageEntityCustomEmoji') made.document = String(one.documentId)
    if (one._ === 'messageEntityBlockquote') made.collapsed = one.collapsed ?? false
    return made
  })
}

const NAMES = Object.fromEntries(
  Object.entries(ENTITIES).map(([name, type]) => [type, name]),
) as Record<Entity['type'], string>

/** Return entities as calls take them; `hashOf` answers the access hash of a user who is mentioned. */
export function inputEntities(
  given: Entity[],
  hashOf: (user: PeerId) => bigint,
): api.MessageEntity[] {
  const made: object[] = []
  for (const { type, offset, length, url, user, language, document, collapsed } of given) {
    const at = { offset, length }
    if (type === 'text_link') made.push({ _: 'messageEntityTextUrl', ...at, url: url ?? '' })
    else if (type === 'pre') made.push({ _: 'messageEntityPre', ...at, language: language ?? '' })
    else if (type === 'quote') made.push({ _: 'messageEntityBlockquote', ...at, collapsed: collapsed ?? false })
    else if (type === 'emoji') made.push({ _: 'messageEntityCustomEmoji', ...at, documentId: BigInt(document ?? 0) })
    else if (type === 'text_mention' && user !== undefined) {
      const userId = { _: 'inputUser', userId: user, accessHash: hashOf(user) }
      made.push({ _: 'inputMessageEntityMentionName', ...at, userId })
    } else if (type !== 'other') made.push({ _: NAMES[type], ...at })
  }
  return made as api.MessageEntity[]
}

export function reactionKey(name: api.ReactionName): string {
  if (name._ === 'reactionEmoji') return name.emoticon
  return name._ === 'reactionCustomEmoji' ? `custom:${name.documentId}` : ''
}

export function reactions(given: api.Reactions | undefined): Reaction[] {
  const made: Reaction[] = []
  const recent = given?.recentReactions ?? []
  const fresh = new Set(recent.filter(({ unread }) => unread).map(({ reaction }) => reactionKey(reaction)))
  for (const one of given?.results ?? []) {
    const key = reactionKey(one.reaction)
    if (key === '') continue
    const chosen = one.chosenOrder !== undefined
    made.push({ key, count: one.count, chosen, ...(fresh.has(key) ? { fresh: true } : {}) })
  }
  return made
}

function reply(given: api.ReplyHeader | undefined, chat: PeerId): Reply | null {
  if (given?._ !== 'messageReplyHeader') return null
  const top = given.forumTopic === true ? (given.replyToTopId ?? given.replyToMsgId ?? 0) : (given.replyToTopId ?? 0)
  const inTopicOnly = given.forumTopic === true && given.replyToTopId === undefined
  const made: Reply = {
    id: inTopicOnly ? 0 : (given.replyToMsgId ?? 0),
    chat: given.replyToPeerId === undefined ? chat : peerId(given.replyToPeerId),
    quote: given.quoteText ?? '',
    top,
  }
  if (given.replyFrom !== undefined) {
    const { fromId, fromName } = given.replyFrom
    made.origin = { from: fromId === undefined ? 0 : peerId(fromId), name: clean(fromName ?? '') }
  }
  if (given.replyMedia !== undefined) made.media = media(given.replyMedia)
  return made
}

function forward(given: Extract<api.Message, { _: 'message' }>['fwdFrom']): Forward | null {
  if (given === undefined) return null
  return {
    from: given.fromId === undefined ? 0 : peerId(given.fromId),
    name: clean(given.fromName ?? ''),
    date: given.date,
    post: given.channelPost ?? 0,
  }
}

type ButtonRow = Extract<api.ReplyMarkup, { _: 'replyInlineMarkup' }>['rows'][number]
type GivenButton = ButtonRow['buttons'][number]

function styleOf({ style }: GivenButton): Pick<BotButton, 'style'> {
  if (style?.bgDanger === true) return { style: 'danger' }
  if (style?.bgSuccess === true) return { style: 'good' }
  return style?.bgPrimary === true ? { style: 'primary' } : {}
}

/** Return what only some buttons have. */
function more(button: GivenButton): Partial<BotButton> {
  switch (button._) {
    case 'keyboardButtonCopy':
      return { copies: button.copyText }
    case 'keyboardButtonUserProfile':
      return { user: button.userId }
    case 'keyboardButtonSwitchInline':
      return { inline: { query: button.query, here: button.samePeer ?? false } }
    case 'keyboardButtonRequestPeer':
      return { wants: { button: button.buttonId, kind: button.peerType._, most: button.maxQuantity } }
    case 'keyboardButtonRequestPoll':
      return { quiz: button.quiz ?? false }
    default:
      return {}
  }
}

function buttons(rows: readonly ButtonRow[]): BotButton[][] {
  return rows.map((row) =>
    row.buttons.map((button) => ({
      text: button.text,
      url: 'url' in button ? button.url : '',
      data: 'data' in button ? button.data : null,
      kind: button._,
      ...more(button),
      ...styleOf(button),
    })),
  )
}

export function keyboard(given: api.ReplyMarkup | undefined): Keyboard | null {
  return given?._ === 'replyInlineMarkup' ? { rows: buttons(given.rows) } : null
}

/** Return what a bot puts in place of letters, if it does. */
export function below(given: api.ReplyMarkup | undefined): Below | null {
  switch (given?._) {
    case 'replyKeyboardMarkup':
      return { is: 'keys', rows: buttons(given.rows), selective: given.selective ?? false, once: given.singleUse ?? false, hint: given.placeholder ?? '' }
    case 'replyKeyboardForceReply':
      return { is: 'answer', selective: given.selective ?? false, hint: given.placeholder ?? '' }
    case 'replyKeyboardHide':
      return { is: 'letters', selective: given.selective ?? false }
    default:
      return null
  }
}

function service(action: api.Action): Service {
  const made: Service = { key: action._.replace('messageAction', ''), people: [], text: '', number: 0 }
  switch (action._) {
    case 'messageActionChatCreate':
      made.text = action.title
      made.people = action.users
      break
    case 'messageActionChatAddUser':
      made.people = action.users
      break
    case 'messageActionChatDeleteUser':
      made.people = [action.userId]
      break
    case 'messageActionChatJoinedByLink':
      made.people = [action.inviterId]
      break
    case 'messageActionChatEditTitle':
    case 'messageActionChannelCreate':
    case 'messageActionChannelMigrateFrom':
      made.text = action.title
      break
    case 'messageActionTopicCreate':
      made.text = action.title
      break
    case 'messageActionTopicEdit':
      made.text = action.title ?? ''
      if (action.closed !== undefined) made.key = action.closed ? 'TopicEdit.closed' : 'TopicEdit.opened'
      else if (action.hidden !== undefined) made.key = action.hidden ? 'TopicEdit.hidden' : 'TopicEdit.shown'
      else if (action.title !== undefined) made.key = 'TopicEdit.title'
      break
    case 'messageActionChatEditPhoto':
    case 'messageActionSuggestProfilePhoto':
      made.photo = picture(action.photo)
      break
    case 'messageActionGroupCall':
      if (action.duration !== undefined) made.key = 'GroupCall.ended'
      break
    case 'messageActionInviteToGroupCall':
      made.people = action.users
      break
    case 'messageActionBotAllowed':
      made.text = action.domain ?? ''
      break
    case 'messageActionSetMessagesTTL':
      made.number = action.period
      break
    case 'messageActionPhoneCall':
      made.number = action.duration ?? 0
      break
    case 'messageActionCustomAction':
      made.text = action.message
      break
  }
  return made
}

const EMPTY = {
  edited: 0,
  text: '',
  entities: [],
  media: null,
  forward: null,
  album: '',
  views: 0,
  comments: null,
  service: null,
  pinned: false,
  noForwards: false,
  signature: '',
  bot: 0,
  markup: null,
  sending: 'sent',
} satisfies Partial<Message>

/** Return a message; null for one that does not exist. `self` is who is logged in. */
export function message(given: api.Message, self: PeerId): Message | null {
  if (given._ === 'messageEmpty') return null
  const chat = peerId(given.peerId)
  const noted = chat === self && !('fwdFrom' in given && given.fwdFrom !== undefined) // in Saved Messages
  const out = noted || (given.out ?? false)
  const mine = out && given.post !== true
  const from = given.fromId === undefined ? (mine ? self : chat) : peerId(given.fromId)
  const base: Message = {
    ...EMPTY,
    chat,
    id: given.id,
    key: `${given.id}`,
    out,
    from,
    date: given.date,
    reply: reply(given.replyTo, chat),
    reactions: reactions(given.reactions),
    mentioned: given.mentioned ?? false,
    unheard: given.mediaUnread ?? false,
    silent: given.silent ?? false,
  }
  if (given._ === 'messageService') return { ...base, service: service(given.action) }
  const comments = given.replies?.comments === true ? given.replies : undefined
  return {
    ...base,
    edited: given.editHide === true ? 0 : (given.editDate ?? 0),
    text: given.message,
    entities: entities(given.entities),
    media: media(given.media),
    forward: forward(given.fwdFrom),
    album: given.groupedId === undefined ? '' : String(given.groupedId),
    views: given.views ?? 0,
    forwards: given.forwards ?? 0,
    comments:
      comments?.channelId === undefined
        ? null
        : {
            count: comments.replies,
            channel: channelId(comments.channelId),
            unread: (comments.maxId ?? 0) > (comments.readMaxId ?? comments.maxId ?? 0),
          },
    pinned: given.pinned ?? false,
    noForwards: given.noforwards ?? false,
    signature: clean(given.postAuthor ?? ''),
    bot: given.viaBotId ?? 0,
    markup: keyboard(given.replyMarkup),
    ...(below(given.replyMarkup) === null ? {} : { below: below(given.replyMarkup) as Below }),
  }
}

export function draft(given: api.DraftMessage | undefined): Draft | null {
  if (given?._ !== 'draftMessage') return null
  const answered = given.replyTo?._ === 'inputReplyToMessage' ? given.replyTo.replyToMsgId : 0
  return { text: given.message, entities: entities(given.entities), reply: answered, date: given.date }
}

export function notifySettings(given: api.NotifySettings | undefined): NotifySettings {
  return {
    mutedUntil: given?.muteUntil ?? 0,
    silent: given?.silent ?? false,
    previews: given?.showPreviews ?? true,
  }
}
