/** The small line of a message: when, by whom signed, how often seen, whether edited, pinned, sent and read. */

import type { Message } from '../model/types.ts'
import { Icon } from '../ui/icons.tsx'
import { clock, dateAndTime, short } from '../ui/times.ts'
import { t } from '../words.ts'

function State({ message, readOutbox }: { message: Message; readOutbox: number }) {
  if (!message.out || message.service !== null) return null
  if (message.sending === 'failed') return <Icon name="warning" label={t('history.failed')} />
  if (message.sending === 'waiting') return <Icon name="clock" label={t('history.sending')} />
  const read = message.id <= readOutbox
  return <Icon name={read ? 'checks' : 'check'} label={t(read ? 'history.read' : 'history.sent')} />
}

function Views({ message }: { message: Message }) {
  const { views, forwards = 0 } = message
  if (views === 0) return null
  const said = forwards > 0 ? `${t('history.views', { n: views })}, ${t('history.forwards', { n: forwards })}` : t('history.views', { n: views })
  return (
    <span class="meta-views" title={said}>
      <Icon name="eye" label={said} />
      <span aria-hidden="true">{short(views)}</span>
    </span>
  )
}

export function Meta({ message, readOutbox }: { message: Message; readOutbox: number }) {
  const edited = message.edited > 0 ? `\n${t('history.edited.at', { time: dateAndTime(message.edited) })}` : ''
  return (
    <span class="meta">
      {message.pinned && <Icon name="pin" label={t('history.pinned')} />}
      <Views message={message} />
      {message.signature !== '' && (
        <span class="meta-signature" dir="auto">
          {message.signature}
        </span>
      )}
      {message.edited > 0 && <span>{t('history.edited')}</span>}
      <time dateTime={new Date(message.date * 1000).toISOString()} title={`${dateAndTime(message.date)}${edited}`}>
        {clock(message.date)}
      </time>
      {message.silent && <Icon name="muted" label={t('history.silent')} />}
      <State message={message} readOutbox={readOutbox} />
    </span>
  )
}
