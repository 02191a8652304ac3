/** Editing a group or channel: how it looks, who finds it, what holds in it. */

import { useState } from 'preact/hooks'

import type { Peer, PeerId } from '../model/types.ts'
import { back, closePanels, openChat, openPanel } from '../nav.ts'
import { type Full, useAbout } from '../people/full.ts'
import { peer } from '../store.ts'
import { nameOf } from '../ui/avatar.tsx'
import { Field, Group, PanelFrame, Row, Switch } from '../ui/kit.tsx'
import { confirm } from '../ui/overlays.tsx'
import { attempt } from '../ui/refusals.ts'
import { t } from '../words.ts'
import * as editing from './editing.ts'
import { Area, PanelForm } from './fields.tsx'
import { openLeaving } from './leaving.tsx'
import { ABOUT_MAX, TITLE_MAX } from './limits.ts'
import { PhotoField } from './photo_field.tsx'
import { allowed, hasRight, memberRights, permitted } from './rights.ts'

/** A switch that takes effect at once, and goes back where it is refused. */
function Turn({ chat, what, on, label, hint }: { chat: PeerId; what: editing.Switched; on: boolean; label: string; hint?: string }) {
  const [wanted, setWanted] = useState<boolean | null>(null)
  const turn = (next: boolean): void => {
    setWanted(next)
    void attempt(() => editing.turn(chat, what, next)).then(() => setWanted(null))
  }
  return <Switch label={label} {...(hint === undefined ? {} : { hint })} on={wanted ?? on} disabled={wanted !== null} onChange={turn} />
}

/** What only its creator decides: whether it is public, its discussion, topics. */
function Places({ where, about }: { where: Peer; about: Full }) {
  const { id: chat } = where
  const linked = peer(about.linked).value
  const access = where.username === '' ? t('groups.private') : t('groups.public')
  const open = (name: 'access' | 'discussion' | 'rights'): void => openPanel('right', { name, chat })
  const all = memberRights(where.forum).length
  return (
    <Group>
      {about.mayName && where.kind !== 'group' && (
        <Row icon="globe" title={t('groups.access')} note={access} onPress={() => open('access')} />
      )}
      {(where.kind === 'channel' || about.linked !== 0) && hasRight(where, 'changeInfo') && (
        <Row
          icon="comment"
          title={t(where.kind === 'channel' ? 'groups.discussion' : 'groups.discussed')}
          note={linked === undefined ? t('groups.none') : nameOf(linked)}
          onPress={() => open('discussion')}
        />
      )}
      {where.kind !== 'channel' && hasRight(where, 'banUsers') && (
        <Row
          icon="lock"
          title={t('groups.permissions')}
          note={t('groups.permissions.count', { n: permitted(where.everybody, where.forum).size, all })}
          onPress={() => open('rights')}
        />
      )}
    </Group>
  )
}

function Switches({ where, about }: { where: Peer; about: Full }) {
  const { id: chat } = where
  const info = hasRight(where, 'changeInfo')
  const bans = hasRight(where, 'banUsers')
  const large = where.kind === 'supergroup'
  return (
    <Group>
      {where.kind === 'channel' && info && (
        <Turn chat={chat} what="signatures" on={where.signatures === true} label={t('groups.signatures')} hint={t('groups.signatures.note')} />
      )}
      {large && where.creator === true && about.linked === 0 && (
        <Turn chat={chat} what="forum" on={where.forum === true} label={t('groups.topics')} hint={t('groups.topics.note')} />
      )}
      {large && info && where.username === '' && about.linked === 0 && where.forum !== true && (
        <Turn chat={chat} what="historyHidden" on={about.historyHidden} label={t('groups.hide.history')} hint={t('groups.hide.history.note')} />
      )}
      {large && bans && (
        <Turn chat={chat} what="membersHidden" on={about.membersHidden} label={t('groups.hide.members')} hint={t('groups.hide.members.note')} />
      )}
      {large && bans && about.linked !== 0 && (
        <Turn chat={chat} what="joinToSend" on={where.joinToSend === true} label={t('groups.join.to.send')} hint={t('groups.join.to.send.note')} />
      )}
      {where.kind !== 'group' && where.username !== '' && hasRight(where, 'inviteUsers') && (
        <Turn chat={chat} what="joinRequest" on={where.joinRequest === true} label={t('groups.approve')} hint={t('groups.approve.note')} />
      )}
      {where.creator === true && (
        <Turn chat={chat} what="noForwards" on={where.noForwards === true} label={t('groups.no.forwards')} hint={t('groups.no.forwards.note')} />
      )}
    </Group>
  )
}

/** A basic group becomes a supergroup only when somebody says so: its number changes for everybody. */
function Migrate({ where }: { where: Peer }) {
  const go = async (): Promise<void> => {
    const sure = await confirm({ title: t('groups.migrate.ask'), text: t('groups.migrate.note'), yes: t('groups.migrate') })
    if (!sure) return
    void attempt(async () => {
      const chat = await editing.toSupergroup(where.id)
      await closePanels('right')
      openChat(chat)
    })
  }
  return (
    <Group hint={t('groups.migrate.note')}>
      <Row icon="people" title={t('groups.migrate')} onPress={() => void go()} />
    </Group>
  )
}

function Looks({ where, about }: { where: Peer; about: Full }) {
  const { id: chat } = where
  const [title, setTitle] = useState(where.name)
  const [text, setText] = useState(about.about)
  const [photo, setPhoto] = useState<Blob | null>(null)
  const [busy, setBusy] = useState(false)
  const may = allowed(where, 'changeInfo')
  const changed = title.trim() !== where.name || text.trim() !== about.about || photo !== null
  const save = (): void => {
    setBusy(true)
    void attempt(async () => {
      if (title.trim() !== where.name) await editing.setTitle(chat, title.trim())
      if (text.trim() !== about.about) await editing.setAbout(chat, text.trim())
      if (photo !== null) await editing.setPhoto(chat, photo)
      await back()
    }).then(() => setBusy(false))
  }
  return (
    <PanelForm button={t('ui.save')} busy={busy} disabled={!changed || title.trim() === ''} onSubmit={save}>
      {may && (
        <>
          <PhotoField peer={where} chosen={photo} onChoose={setPhoto} />
          <div class="fields">
            <Field label={t('groups.title')} name="title" maxLength={TITLE_MAX} value={title} onInput={setTitle} />
            <Area label={t('groups.about')} value={text} max={ABOUT_MAX} onInput={setText} />
          </div>
          {where.photo !== null && photo === null && (
            <Group>
              <Row icon="trash" title={t('groups.photo.remove')} onPress={() => void attempt(() => editing.setPhoto(chat, null))} />
            </Group>
          )}
        </>
      )}
      <Places where={where} about={about} />
      <Switches where={where} about={about} />
      {where.kind === 'group' && where.creator === true && <Migrate where={where} />}
      {where.creator === true && (
        <Group>
          <Row icon="trash" danger title={t('groups.delete')} onPress={() => openLeaving(where, about, true)} />
        </Group>
      )}
    </PanelForm>
  )
}

export default function Edit({ panel }: { panel: { chat: PeerId } }) {
  const where = peer(panel.chat).value
  const about = useAbout(panel.chat)
  return (
    <PanelFrame title={t('groups.edit')}>{where !== undefined && about !== null && <Looks where={where} about={about} />}</PanelFrame>
  )
}
