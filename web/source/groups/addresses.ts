/** Links to people, groups, channels and messages: of this server's own address, of Telegram's hosts, of `tg:`. Pure.
 *
 * The shapes are those of https://core.telegram.org/api/links */

export type Target =
  | { is: 'invite'; hash: string }
  | ({ is: 'name'; name: string; message: number; thread: number; comment: number } & Starting)
  | { is: 'private'; channel: number; message: number; thread: number } // the channel by its bare number
  | { is: 'folder'; slug: string }
  | { is: 'contact'; token: string }
  | { is: 'phone'; phone: string }
  | { is: 'user'; user: number }

/** What a bot of that name is to be told when it is started, in the chat with it or in a group. */
export interface Starting {
  start?: string
  group?: string
}

const HOSTS = ['t.me', 'telegram.me', 'telegram.dog'] // those whose links apps make
const CODE = /^[\w=-]{5,64}$/
const NAME = /^[A-Za-z][A-Za-z0-9_]{4,31}$/
const WORD = /^[\w-]{0,64}$/ // https://core.telegram.org/api/links#bot-links
const PHONE = /^\d{7,15}$/
const SITE = ['addlist', 'apiws', 'appeal', 'assets', 'contact', 'joinchat', 'report', 'log', 'c', 'share', 'login', 'proxy', 'socks', 'addstickers', 'addemoji', 'setlanguage', 'bg', 'invoice', 'confirmphone', 'boost', 'giftcode', 'm', 'nft', 'iv', 's']

const number = (text: string | null | undefined): number => (/^\d{1,10}$/.test(text ?? '') ? Number(text) : 0)

function starting(query: URLSearchParams): Starting {
  const [start, group] = [query.get('start'), query.get('startgroup')]
  return { ...(start !== null && WORD.test(start) ? { start } : {}), ...(group !== null && WORD.test(group) ? { group } : {}) }
}

function invited(code: string): Target | null {
  if (PHONE.test(code)) return { is: 'phone', phone: code }
  return CODE.test(code) ? { is: 'invite', hash: code } : null
}

/** Return what a path leads to, such as `/+code` or `/name/12`; null if it is no link. */
export function targetOfPath(path: string, query: URLSearchParams = new URLSearchParams()): Target | null {
  let whole: string
  try {
    whole = decodeURIComponent(path)
  } catch {
    return null
  }
  const [first = '', second = '', third = '', ...more] = whole.replace(/^\/+|\/+$/g, '').split('/')
  if (first === '' || more.length > 1) return null
  if (first.startsWith('+') || first.startsWith(' ')) return second === '' ? invited(first.slice(1)) : null
  if (first === 'joinchat') return CODE.test(second) && third === '' ? { is: 'invite', hash: second } : null
  if (first === 'addlist') return CODE.test(second) && third === '' ? { is: 'folder', slug: second } : null
  if (first === 'contact') return CODE.test(second) && third === '' ? { is: 'contact', token: second } : null
  if (first === 'c') {
    const channel = /^\d{1,16}$/.test(second) ? Number(second) : 0
    const [message, thread] = more.length > 0 ? [number(more[0]), number(third)] : [number(third), number(query.get('thread'))]
    return channel > 0 ? { is: 'private', channel, message, thread } : null
  }
  if (!NAME.test(first) || SITE.includes(first.toLowerCase()) || more.length > 0) return null
  if ((second !== '' && number(second) === 0) || (third !== '' && number(third) === 0)) return null
  const [message, thread] = third === '' ? [number(second), number(query.get('thread'))] : [number(third), number(second)]
  return { is: 'name', name: first, message, thread, comment: number(query.get('comment')), ...starting(query) }
}

function ofScheme(url: URL): Target | null {
  const q = url.searchParams
  const code = (name: string): string => q.get(name) ?? ''
  switch ((url.host || url.pathname.replace(/^\/+/, '')).toLowerCase()) {
    case 'join':
      return CODE.test(code('invite')) ? { is: 'invite', hash: code('invite') } : null
    case 'addlist':
      return CODE.test(code('slug')) ? { is: 'folder', slug: code('slug') } : null
    case 'contact':
      return CODE.test(code('token')) ? { is: 'contact', token: code('token') } : null
    case 'user':
      return number(code('id')) > 0 ? { is: 'user', user: number(code('id')) } : null
    case 'privatepost': {
      const channel = /^\d{1,16}$/.test(code('channel')) ? Number(code('channel')) : 0
      return channel > 0 ? { is: 'private', channel, message: number(code('post')), thread: number(code('thread')) } : null
    }
    case 'resolve': {
      const phone = code('phone').replace(/^[+ ]/, '')
      if (PHONE.test(phone)) return { is: 'phone', phone }
      const name = code('domain')
      if (!NAME.test(name)) return null
      return { is: 'name', name, message: number(code('post')), thread: number(code('thread')), comment: number(code('comment')), ...starting(q) }
    }
    default:
      return null
  }
}

/** Return what a link leads to inside of this server; null if it leads elsewhere. `own`: origins that are this server. */
export function targetOf(link: string, own: readonly string[]): Target | null {
  let url: URL
  try {
    url = new URL(link)
  } catch {
    return null
  }
  if (url.protocol === 'tg:') return ofScheme(url)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return null
  const named = /^([a-z][a-z0-9_]{4,31})\.t\.me$/.exec(url.hostname) // a name as part of the host
  if (named?.[1] !== undefined) return targetOfPath(`/${named[1]}${url.pathname}`, url.searchParams)
  if (!own.includes(url.origin) && !HOSTS.includes(url.host)) return null
  return targetOfPath(url.pathname, url.searchParams)
}

/** Return the same target as an app's own link, to be opened there. */
export function appLink(target: Target): string | null {
  const made = (host: string, values: Record<string, string | number>): string => {
    const kept = Object.entries(values).filter(([, value]) => value !== 0 && value !== '')
    return `tg://${host}?${new URLSearchParams(kept.map(([name, value]) => [name, String(value)])).toString()}`
  }
  switch (target.is) {
    case 'invite':
      return made('join', { invite: target.hash })
    case 'folder':
      return made('addlist', { slug: target.slug })
    case 'contact':
      return made('contact', { token: target.token })
    case 'phone':
      return made('resolve', { phone: target.phone })
    case 'user':
      return made('user', { id: target.user })
    case 'private':
      return made('privatepost', { channel: target.channel, post: target.message, thread: target.thread })
    case 'name':
      return made('resolve', { domain: target.name, post: target.message, thread: target.thread, comment: target.comment, start: target.start ?? '', startgroup: target.group ?? '' })
  }
}
