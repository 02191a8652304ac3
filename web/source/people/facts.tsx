/** What a profile tells: a description, a number, a name to find it by, a link. */

import type { ComponentChildren } from 'preact'

import { mute } from '../chats/actions.ts'
import { base } from '../groups/name_field.tsx'
import { Text } from '../history/text.tsx'
import type { Entity, Peer } from '../model/types.ts'
import { openChat, openPanel } from '../nav.ts'
import { dialogs, peer } from '../store.ts'
import { Avatar, nameOf } from '../ui/avatar.tsx'
import { Icon, type IconName } from '../ui/icons.tsx'
import { Group, Row, Switch } from '../ui/kit.tsx'
import { say } from '../ui/overlays.tsx'
import { attempt } from '../ui/refusals.ts'
import { language, t } from '../words.ts'
import type { Full } from './full.ts'

export function copy(text: string): void {
  void navigator.clipboard.writeText(text).then(() => say(t('history.copied')))
}

/** A fact that a press copies. */
export function Fact(props: { icon: IconName; text: string; label: string; copied?: string }) {
  const { icon, text, label, copied = text } = props
  return (
    <button type="button" class="fact" title={t('people.copy')} onClick={() => copy(copied)}>
      <Icon name={icon} />
      <span class="fact-text">
        <bdi class="fact-value">{text}</bdi>
        <span class="row-note">{label}</span>
      </span>
    </button>
  )
}

const LINK = /https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]]/g
const NAME = /(?<![\w/])@[A-Za-z][A-Za-z0-9_]{4,31}/g

/** Return the links and names in a description, which the server does not mark. Pure. */
export function marks(text: string): Entity[] {
  const found = (pattern: RegExp, type: 'link' | 'mention'): Entity[] =>
    [...text.matchAll(pattern)].map((one) => ({ type, offset: one.index, length: one[0].length }))
  const links = found(LINK, 'link')
  const inLink = ({ offset }: Entity): boolean => links.some((one) => offset >= one.offset && offset < one.offset + one.length)
  return [...links, ...found(NAME, 'mention').filter((one) => !inLink(one))]
}

function Told({ icon, text, label }: { icon: IconName; text: string; label: string }) {
  return (
    <div class="fact fact-told">
      <Icon name={icon} />
      <span class="fact-text">
        <span class="fact-prose" dir="auto">
          <Text text={text} entities={marks(text)} />
        </span>
        <span class="row-note">{label}</span>
      </span>
    </div>
  )
}

function birthday({ day, month, year }: NonNullable<Full['birthday']>): string {
  const moment = Date.UTC(year || 2000, month - 1, day)
  const options: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'long', timeZone: 'UTC', ...(year === 0 ? {} : { year: 'numeric' }) }
  return new Intl.DateTimeFormat(language.value, options).format(moment)
}

/** A group or channel that belongs to this one. */
function Linked({ id, label }: { id: number; label: string }) {
  const other = peer(id).value
  if (other === undefined) return null
  return <Row before={<Avatar peer={other} size={40} />} title={nameOf(other)} note={label} onPress={() => openChat(id)} />
}

function ofPerson(who: Peer, about: Full | null): ComponentChildren {
  return (
    <>
      {who.phone && <Fact icon="phone" text={`+${who.phone.replace(/^\+/, '')}`} label={t('people.phone')} />}
      {who.username !== '' && <Fact icon="at" text={`@${who.username}`} label={t('people.username')} />}
      {about !== null && about.about !== '' && <Told icon="info" text={about.about} label={t('people.bio')} />}
      {about !== null && about.does !== '' && <Told icon="list" text={about.does} label={t('people.bot.does')} />}
      {who.bot === true && who.support !== true && <p class="hint panel-note">{t('people.bot.program')}</p>}
      {about?.birthday != null && <Fact icon="cake" text={birthday(about.birthday)} label={t('people.birthday')} />}
      {about !== null && about.note !== '' && <Told icon="pencil" text={about.note} label={t('people.note')} />}
      {about !== null && about.personal !== 0 && <Linked id={about.personal} label={t('people.channel.own')} />}
      {about !== null && about.common > 0 && (
        <Row
          icon="people"
          title={t('people.common')}
          after={<span class="row-count">{about.common}</span>}
          onPress={() => openPanel('right', { name: 'common', user: who.id })}
        />
      )}
    </>
  )
}

function ofGroup(who: Peer, about: Full | null): ComponentChildren {
  const address = who.username !== '' ? `${base()}/${who.username}` : (about?.link ?? '')
  return (
    <>
      {about !== null && about.about !== '' && <Told icon="info" text={about.about} label={t('groups.about')} />}
      {address !== '' && (
        <Fact
          icon="link"
          text={address.replace(/^https?:\/\//, '')}
          copied={address}
          label={t(who.username !== '' ? 'groups.link' : 'groups.link.invite')}
        />
      )}
      {about !== null && about.linked !== 0 && (
        <Linked id={about.linked} label={t(who.kind === 'channel' ? 'groups.discussion' : 'groups.discussed')} />
      )}
    </>
  )
}

export function Facts({ who, about }: { who: Peer; about: Full | null }) {
  const notify = dialogs.value.byChat.get(who.id)?.notify
  const loud = (notify?.mutedUntil ?? 0) <= Date.now() / 1000
  const inside = who.kind === 'user' ? who.deleted !== true : who.left !== true
  return (
    <Group>
      {who.kind === 'user' ? ofPerson(who, about) : ofGroup(who, about)}
      {inside && (
        <Switch
          label={t('people.notifications')}
          on={loud}
          onChange={(on) => void attempt(() => mute(who.id, on ? 0 : undefined))}
        />
      )}
    </Group>
  )
}
