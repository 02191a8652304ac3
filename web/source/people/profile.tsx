/** The profile beside a conversation: of a person, a group or a channel. */

import { isAdmin, mayEdit } from '../groups/rights.ts'
import type { Peer, PeerId } from '../model/types.ts'
import { openPanel } from '../nav.ts'
import { peer, self } from '../store.ts'
import { IconButton, PanelFrame } from '../ui/kit.tsx'
import { openMenu } from '../ui/overlays.tsx'
import { t } from '../words.ts'
import { Facts } from './facts.tsx'
import { type Full, useAbout } from './full.ts'
import { Running } from '../groups/running.tsx'
import { MembersPreview } from '../groups/members_preview.tsx'
import { Face, Deeds } from './profile_head.tsx'
import { menuOf } from './profile_menu.ts'
import { SharedMedia } from './shared_media.tsx'

function titleOf(who: Peer | undefined): string {
  if (who?.kind === 'channel') return t('people.channel')
  if (who?.kind === 'user') return t(who.bot === true ? 'people.bot' : 'people.person')
  return t('people.group')
}

function Actions({ who, about }: { who: Peer; about: Full | null }) {
  const edits = who.kind === 'user' ? who.contact === true : mayEdit(who)
  const items = menuOf(who, about)
  const edit = (): void =>
    openPanel('right', who.kind === 'user' ? { name: 'contact.edit', user: who.id } : { name: 'edit', chat: who.id })
  return (
    <>
      {edits && <IconButton icon="pencil" label={t(who.kind === 'user' ? 'people.edit' : 'groups.edit')} onPress={edit} />}
      {items.length > 0 && (
        <IconButton icon="more" label={t('ui.more')} onPress={(event) => openMenu(event.currentTarget, menuOf(who, about))} />
      )}
    </>
  )
}

export default function Profile({ panel }: { panel: { chat: PeerId } }) {
  const { chat } = panel
  const who = peer(chat).value
  const about = useAbout(chat, false, true) // nobody is told when somebody else's description changes
  if (who === undefined) return <PanelFrame title="">{null}</PanelFrame>
  const me = chat === self.value
  return (
    <PanelFrame title={me ? t('ui.saved') : titleOf(who)} actions={me ? undefined : <Actions who={who} about={about} />}>
      <Face who={who} about={about} saved={me} />
      {!me && <Deeds who={who} about={about} />}
      {!me && <Facts who={who} about={about} />}
      {isAdmin(who) && about !== null && <Running where={who} about={about} />}
      {(who.kind === 'group' || who.kind === 'supergroup') && about?.seesMembers === true && who.left !== true && (
        <MembersPreview where={who} />
      )}
      {who.forbidden !== true && <SharedMedia key={chat} chat={chat} />}
    </PanelFrame>
  )
}
