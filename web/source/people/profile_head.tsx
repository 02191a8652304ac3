/** The top of a profile: the photo, the name, and what one does most. */

import { mute } from '../chats/actions.ts'
import { allowed } from '../groups/rights.ts'
import { openLeaving } from '../groups/leaving.tsx'
import { join } from '../groups/joining.ts'
import { openPhoto } from './photo.tsx'
import type { Peer } from '../model/types.ts'
import { openChat, openPanel, place } from '../nav.ts'
import { dialogs } from '../store.ts'
import { Avatar, nameOf } from '../ui/avatar.tsx'
import { Icon, type IconName } from '../ui/icons.tsx'
import { attempt } from '../ui/refusals.ts'
import { statusOf } from '../ui/status.ts'
import { t } from '../words.ts'
import type { Full } from './full.ts'
import { askQuiet } from './quieting.ts'

export function Face({ who, about, saved }: { who: Peer; about: Full | null; saved: boolean }) {
  const online = (about?.online ?? 0) > 1 && who.kind === 'supergroup' ? ` · ${t('people.online', { n: about?.online ?? 0 })}` : ''
  const picture = <Avatar peer={who} size={96} saved={saved} />
  const photo = saved ? null : (about?.photo ?? null)
  return (
    <div class="profile-face">
      {photo === null ? (
        picture
      ) : (
        <button type="button" class="profile-photo" aria-label={t('people.photo.open')} onClick={() => openPhoto(who, photo)}>
          {picture}
        </button>
      )}
      <p class="profile-name" dir="auto">
        {saved ? t('ui.saved') : nameOf(who)}
        {who.verified === true && <Icon name="select" label={t('chats.verified')} />}
      </p>
      {!saved && (
        <p class="profile-status">
          {statusOf(who)}
          {online}
        </p>
      )}
      {(who.scam === true || who.fake === true) && <p class="profile-warning">{t(who.scam === true ? 'people.scam' : 'people.fake')}</p>}
    </div>
  )
}

function Deed(props: { icon: IconName; label: string; danger?: boolean; onPress: (from: HTMLElement) => void }) {
  return (
    <button type="button" class={props.danger === true ? 'deed deed-danger' : 'deed'} onClick={(event) => props.onPress(event.currentTarget)}>
      <Icon name={props.icon} />
      <span>{props.label}</span>
    </button>
  )
}

/** The row of things one does most with whoever this is. */
export function Deeds({ who, about }: { who: Peer; about: Full | null }) {
  const notify = dialogs.value.byChat.get(who.id)?.notify
  const muted = (notify?.mutedUntil ?? 0) > Date.now() / 1000
  const here = place.value?.chat === who.id
  const inside = who.kind === 'user' || who.left !== true
  const adds = who.kind !== 'user' && inside && allowed(who, 'inviteUsers')
  return (
    <div class="deeds">
      {!here && <Deed icon="comment" label={t('people.write')} onPress={() => openChat(who.id)} />}
      {!inside && who.forbidden !== true && (
        <Deed icon="addPerson" label={t(who.joinRequest === true ? 'groups.ask' : 'groups.join')} onPress={() => void attempt(() => join(who.id))} />
      )}
      {inside && (
        <Deed
          icon={muted ? 'bell' : 'muted'}
          label={t(muted ? 'chats.unmute' : 'chats.mute')}
          onPress={(from) => (muted ? void attempt(() => mute(who.id, 0)) : askQuiet(from, who.id))}
        />
      )}
      <Deed icon="search" label={t('people.search')} onPress={() => openPanel('right', { name: 'search', chat: who.id })} />
      {who.kind === 'user' && who.contact !== true && who.bot !== true && who.deleted !== true && (
        <Deed icon="addPerson" label={t('people.add.do')} onPress={() => openPanel('right', { name: 'contact.edit', user: who.id })} />
      )}
      {adds && (
        <Deed icon="addPerson" label={t('people.invite')} onPress={() => openPanel('right', { name: 'members.add', chat: who.id })} />
      )}
      {who.kind !== 'user' && inside && (here || !adds) && <Deed icon="door" label={t('chats.leave')} danger onPress={() => openLeaving(who, about)} />}
    </div>
  )
}
