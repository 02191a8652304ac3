/** What a link into a group or channel shows: what it is, who is there, and the way in. */

import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'

import { fetched } from '../media/cache.ts'
import { previewUrl } from '../media/preview.ts'
import type { Peer, PeerId, Picture } from '../model/types.ts'
import { openChat } from '../nav.ts'
import { useAbout } from '../people/full.ts'
import { peer } from '../store.ts'
import { picture } from '../translate/media.ts'
import type * as api from '../translate/tl.ts'
import { Avatar, colourOf, initials, nameOf } from '../ui/avatar.tsx'
import { Icon } from '../ui/icons.tsx'
import { Button } from '../ui/kit.tsx'
import { attempt } from '../ui/refusals.ts'
import { t } from '../words.ts'
import { appLink, type Target } from './addresses.ts'
import { asked, join, joinBy } from './joining.ts'

/** The link for those who have an app: a browser asks before it opens one. */
export function InApp({ target }: { target: Target }) {
  const href = appLink(target)
  if (href === null) return null
  return (
    <a class="in-app" href={href}>
      {t('groups.in.app')}
    </a>
  )
}

/** The photo of a chat that I am not in. */
function Photo({ name, colour, photo }: { name: string; colour: number; photo: Picture | null }) {
  const [url, setUrl] = useState<string | null>(photo?.preview == null ? null : previewUrl(photo.preview))
  useEffect(() => {
    const size = photo?.sizes.find(({ width }) => width >= 160) ?? photo?.sizes.at(-1)
    if (photo === null || size === undefined) return
    void fetched(`photo/${photo.id}/${size.type}`, photo.place(size.type), size.bytes, 'image/jpeg').then((found) => {
      if (found !== null) setUrl(found)
    })
  }, [photo?.id])
  return (
    <span class={`avatar avatar-96 colour-${colourOf(colour)}`} aria-hidden="true">
      {url === null ? <span>{initials(name)}</span> : <img src={url} alt="" />}
    </span>
  )
}

interface Shown {
  face: ComponentChildren
  name: string
  kind: 'group' | 'channel'
  members: number
  about: string
  note: string
  children: ComponentChildren // the buttons
  target: Target
}

function Card(props: Shown) {
  const { face, name, kind, members, about, note } = props
  return (
    <div class="join">
      {face}
      <h2 dir="auto">{name}</h2>
      <p class="join-kind">
        <Icon name={kind === 'channel' ? 'megaphone' : 'people'} />
        <span>{t(kind === 'channel' ? 'ui.subscribers' : 'ui.members', { n: members })}</span>
      </p>
      {about !== '' && (
        <p class="join-about" dir="auto">
          {about}
        </p>
      )}
      {note !== '' && <p class="hint">{note}</p>}
      <div class="join-deeds">{props.children}</div>
      <InApp target={props.target} />
    </div>
  )
}

type Invite = Extract<api.ChatInvite, { _: 'chatInvite' }>

/** A private group or channel, of which an outsider knows what the link tells. */
export function Invited({ invite, target, close }: { invite: Invite; target: Extract<Target, { is: 'invite' }>; close: () => void }) {
  const [busy, setBusy] = useState(false)
  const go = (): void => {
    setBusy(true)
    void attempt(async () => {
      const chat = await joinBy(target.hash)
      close()
      if (chat !== null) openChat(chat)
    }).then(() => setBusy(false))
  }
  const request = invite.requestNeeded === true
  return (
    <Card
      face={<Photo name={invite.title} colour={invite.color} photo={picture(invite.photo)} />}
      name={invite.title}
      kind={invite.broadcast === true ? 'channel' : 'group'}
      members={invite.participantsCount}
      about={invite.about ?? ''}
      note={request ? t('groups.ask.note') : ''}
      target={target}
    >
      <Button busy={busy} onPress={go}>
        {t(request ? 'groups.ask' : 'groups.join')}
      </Button>
      <Button kind="plain" onPress={close}>
        {t('ui.cancel')}
      </Button>
    </Card>
  )
}

/** A public group or channel: one can look first. */
export function Public({ chat, target, close }: { chat: PeerId; target: Target; close: () => void }) {
  const where = peer(chat).value as Peer
  const about = useAbout(chat, true)
  const [busy, setBusy] = useState(false)
  const request = where.joinRequest === true
  const waiting = asked.value.has(chat)
  const go = (): void => {
    setBusy(true)
    void attempt(async () => {
      const found = await join(chat)
      close()
      if (found !== null) openChat(found)
    }).then(() => setBusy(false))
  }
  const look = (): void => {
    close()
    openChat(chat)
  }
  return (
    <Card
      face={<Avatar peer={where} size={96} />}
      name={nameOf(where)}
      kind={where.kind === 'channel' ? 'channel' : 'group'}
      members={where.members ?? 0}
      about={about?.about ?? ''}
      note={waiting ? t('groups.asked') : request ? t('groups.ask.note') : ''}
      target={target}
    >
      <Button onPress={look}>{t('groups.open')}</Button>
      {!waiting && (
        <Button kind="plain" busy={busy} onPress={go}>
          {t(request ? 'groups.ask' : 'groups.join')}
        </Button>
      )}
    </Card>
  )
}

/** A link that leads nowhere. */
export function NoEntry({ why, target, close }: { why: string; target: Target; close: () => void }) {
  return (
    <div class="join">
      <span class="join-broken">
        <Icon name="link" />
      </span>
      <h2>{t('groups.entry.failed')}</h2>
      <p role="alert">{why}</p>
      <div class="join-deeds">
        <Button onPress={close}>{t('ui.close')}</Button>
      </div>
      <InApp target={target} />
    </div>
  )
}
