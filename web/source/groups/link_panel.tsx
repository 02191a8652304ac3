/** One invite link: what holds for it, and who came by it. */

import { useEffect, useState } from 'preact/hooks'

import type { PeerId } from '../model/types.ts'
import { back, openPanel, right } from '../nav.ts'
import { copy } from '../people/facts.tsx'
import { peer } from '../store.ts'
import { Avatar, nameOf } from '../ui/avatar.tsx'
import { Button, Empty, Group, IconButton, PanelFrame, Row, Spinner } from '../ui/kit.tsx'
import { confirm } from '../ui/overlays.tsx'
import { attempt } from '../ui/refusals.ts'
import { dateAndTime } from '../ui/times.ts'
import { t } from '../words.ts'
import { type Comer, comers, deleteLink, type InviteLink, linkNamed, revokeLink } from './links.ts'
import { linkNote } from './links_panel.tsx'

function ComerRow({ comer }: { comer: Comer }) {
  const who = peer(comer.user).value
  return (
    <li>
      <Row
        before={<Avatar peer={who} size={42} />}
        title={nameOf(who)}
        note={dateAndTime(comer.date)}
        onPress={() => openPanel('right', { name: 'profile', chat: comer.user })}
      />
    </li>
  )
}

interface Found {
  link: InviteLink
  came: Comer[]
  asking: Comer[]
}

function useLink(chat: PeerId, name: string): Found | null {
  const [found, setFound] = useState<Found | null>(null)
  const depth = right.value.length
  useEffect(() => {
    void attempt(async () => {
      const link = await linkNamed(chat, name)
      const came = await comers(chat, { link: name, requested: false })
      const asking = link?.approval === true ? await comers(chat, { link: name, requested: true }) : { comers: [] }
      if (link !== null) setFound({ link, came: came.comers, asking: asking.comers })
    })
  }, [chat, name, depth])
  return found
}

export default function LinkPanel({ panel }: { panel: { chat: PeerId; link: string } }) {
  const { chat } = panel
  const found = useLink(chat, panel.link)
  const end = async (link: InviteLink): Promise<void> => {
    const question = link.revoked
      ? { title: t('groups.link.delete.ask'), yes: t('groups.link.delete'), danger: true }
      : { title: t('groups.link.revoke.ask'), text: t('groups.link.revoke.note'), yes: t('groups.link.revoke'), danger: true }
    if (!(await confirm(question))) return
    if (await attempt(() => (link.revoked ? deleteLink(chat, link.link) : revokeLink(chat, link.link)))) await back()
  }
  const link = found?.link
  const edits = link !== undefined && !link.lasting && !link.revoked
  const actions = edits ? (
    <IconButton icon="pencil" label={t('groups.link.edit')} onPress={() => openPanel('right', { name: 'link.edit', chat, link: link.link })} />
  ) : undefined
  return (
    <PanelFrame title={link?.title || t('groups.link.invite')} actions={actions}>
      {found === null || link === undefined ? (
        <div class="centred">
          <Spinner label={t('ui.loading')} />
        </div>
      ) : (
        <>
          <Group hint={linkNote(link, Date.now() / 1000)}>
            <div class="link-card">
              <span class="link-text">
                <bdi>{link.link.replace(/^https?:\/\//, '')}</bdi>
              </span>
            </div>
            <div class="link-deeds">
              {!link.revoked && <Button onPress={() => copy(link.link)}>{t('groups.link.copy.do')}</Button>}
              <Button kind="danger" onPress={() => void end(link)}>
                {t(link.revoked ? 'groups.link.delete' : 'groups.link.revoke')}
              </Button>
            </div>
          </Group>
          {found.asking.length > 0 && (
            <Group title={t('groups.requests')}>
              <Row icon="addPerson" title={t('groups.link.asked', { n: found.asking.length })} onPress={() => openPanel('right', { name: 'requests', chat })} />
            </Group>
          )}
          <Group title={t('groups.link.came')}>
            {found.came.length === 0 && <Empty icon="people" title={t('groups.link.nobody')} />}
            <ul class="people">
              {found.came.map((one) => (
                <ComerRow key={one.user} comer={one} />
              ))}
            </ul>
          </Group>
        </>
      )}
    </PanelFrame>
  )
}
