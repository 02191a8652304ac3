/** The invite links of a group or channel. */

import { useEffect, useState } from 'preact/hooks'

import type { Peer, PeerId } from '../model/types.ts'
import { openPanel, right } from '../nav.ts'
import { copy } from '../people/facts.tsx'
import { useAbout } from '../people/full.ts'
import { peer, self } from '../store.ts'
import { Avatar, nameOf } from '../ui/avatar.tsx'
import { Icon } from '../ui/icons.tsx'
import { Button, Group, IconButton, PanelFrame, Row, Spinner } from '../ui/kit.tsx'
import { confirm, openMenu } from '../ui/overlays.tsx'
import { attempt } from '../ui/refusals.ts'
import { dateAndTime } from '../ui/times.ts'
import { t } from '../words.ts'
import { deleteRevoked, type InviteLink, isSpent, linksOf, makeLink, othersWithLinks, revokeLink } from './links.ts'

/** Return what is to be known of a link, in a line. */
export function linkNote(link: InviteLink, now: number): string {
  const used = link.limit > 0 ? t('groups.link.used.of', { n: link.used, limit: link.limit }) : t('groups.link.used', { n: link.used })
  const said = [link.approval && link.requested > 0 ? t('groups.link.asked', { n: link.requested }) : used]
  if (link.revoked) said.push(t('groups.link.revoked'))
  else if (link.expires > 0) {
    said.push(link.expires <= now ? t('groups.link.expired') : t('groups.until', { date: dateAndTime(link.expires) }))
  } else if (isSpent(link, now)) said.push(t('groups.link.spent'))
  if (link.approval) said.push(t('groups.link.approval'))
  return said.join(' · ')
}

const bare = (link: string): string => link.replace(/^https?:\/\//, '')

async function askToRevoke(where: Peer, link: string): Promise<boolean> {
  const sure = await confirm({ title: t('groups.link.revoke.ask'), text: t('groups.link.revoke.note'), yes: t('groups.link.revoke'), danger: true })
  return sure && attempt(() => revokeLink(where.id, link))
}

/** The link one always has, large, with what one does with it. */
function Lasting({ where, link, again }: { where: Peer; link: string; again: () => void }) {
  const menu = (from: Element): void =>
    openMenu(from, [
      { icon: 'people', label: t('groups.link.who'), do: () => openPanel('right', { name: 'link', chat: where.id, link }) },
      { icon: 'trash', label: t('groups.link.revoke'), danger: true, do: () => void askToRevoke(where, link).then(again) },
    ])
  return (
    <Group title={t('groups.link.lasting')}>
      <div class="link-card">
        <button type="button" class="link-text" title={t('people.copy')} onClick={() => copy(link)}>
          <bdi>{bare(link)}</bdi>
        </button>
        <IconButton icon="more" label={t('ui.more')} onPress={(event) => menu(event.currentTarget)} />
      </div>
      <div class="link-deeds">
        <Button onPress={() => copy(link)}>{t('groups.link.copy.do')}</Button>
        {'share' in navigator && (
          <Button kind="plain" onPress={() => void navigator.share({ url: link, title: where.name }).catch(() => undefined)}>
            {t('groups.link.share')}
          </Button>
        )}
      </div>
    </Group>
  )
}

function LinkRow({ where, link }: { where: Peer; link: InviteLink }) {
  const now = Date.now() / 1000
  const spent = isSpent(link, now)
  return (
    <Row
      before={
        <span class={spent ? 'link-icon link-spent' : 'link-icon'}>
          <Icon name="link" />
        </span>
      }
      title={link.title || bare(link.link)}
      note={linkNote(link, now)}
      onPress={() => openPanel('right', { name: 'link', chat: where.id, link: link.link })}
    />
  )
}

interface Found {
  links: InviteLink[]
  revoked: InviteLink[]
  others: { admin: PeerId; count: number }[]
}

function useLinks(where: Peer | undefined): { found: Found | null; again: () => void } {
  const [found, setFound] = useState<Found | null>(null)
  const [turn, setTurn] = useState(0)
  const depth = right.value.length // read again when one comes back from a panel over this
  useEffect(() => {
    if (where === undefined) return
    void attempt(async () => {
      const [links, revoked] = await Promise.all([linksOf(where.id, self.peek(), false), linksOf(where.id, self.peek(), true)])
      const others = where.creator === true ? await othersWithLinks(where.id) : []
      setFound({ links, revoked, others })
    })
  }, [where?.id, turn, depth])
  return { found, again: () => setTurn((n) => n + 1) }
}

export default function Links({ panel }: { panel: { chat: PeerId } }) {
  const { chat } = panel
  const where = peer(chat).value
  const about = useAbout(chat)
  const { found, again } = useLinks(where)
  if (where === undefined) return null
  const lasting = found?.links.find((one) => one.lasting)?.link ?? about?.link ?? ''
  const others = found?.links.filter((one) => one.link !== lasting) ?? []
  return (
    <PanelFrame title={t('groups.links')}>
      {found === null ? (
        <div class="centred">
          <Spinner label={t('ui.loading')} />
        </div>
      ) : lasting === '' ? (
        <div class="centred-button">
          <Button onPress={() => void attempt(() => makeLink(chat, null)).then(again)}>{t('groups.link.first')}</Button>
        </div>
      ) : (
        <Lasting where={where} link={lasting} again={again} />
      )}
      <Group title={t('groups.links.more')} hint={t('groups.links.note')}>
        <Row icon="plus" title={t('groups.link.new')} onPress={() => openPanel('right', { name: 'link.edit', chat, link: '' })} />
        {others.map((one) => (
          <LinkRow key={one.link} where={where} link={one} />
        ))}
      </Group>
      {found !== null && found.others.length > 0 && (
        <Group title={t('groups.links.others')}>
          {found.others.map(({ admin, count }) => (
            <OthersRow key={admin} admin={admin} count={count} />
          ))}
        </Group>
      )}
      {found !== null && found.revoked.length > 0 && (
        <Group title={t('groups.links.revoked')}>
          {found.revoked.map((one) => (
            <LinkRow key={one.link} where={where} link={one} />
          ))}
          <Row icon="trash" danger title={t('groups.links.delete')} onPress={() => void attempt(() => deleteRevoked(chat)).then(again)} />
        </Group>
      )}
    </PanelFrame>
  )
}

function OthersRow({ admin, count }: { admin: PeerId; count: number }) {
  const who = peer(admin).value
  return <Row before={<Avatar peer={who} size={42} />} title={nameOf(who)} note={t('groups.links.count', { n: count })} />
}
