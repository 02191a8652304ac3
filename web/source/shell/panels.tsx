/** Which view a panel is. Views that are not needed at first are loaded when they are opened. */

import type { ComponentType, VNode } from 'preact'
import { useEffect, useState } from 'preact/hooks'

import type { Panel } from '../nav.ts'
import { PanelFrame, Spinner } from '../ui/kit.tsx'
import { moreWords, t } from '../words.ts'

type View = ComponentType<{ panel: never }>
type Loader = () => Promise<{ default: unknown }>

/** A file each, whose default export draws the panel; the panel's data are its `panel` property. */
const VIEWS: Partial<Record<Panel['name'], Loader>> = {
  archive: () => import('../chats/archive.tsx'),
  pinned: () => import('../history/pinned_panel.tsx'),
  reactions: () => import('../history/reactors.tsx'),
  search: () => import('../search/panel.tsx'),
  poll: () => import('../history/voters.tsx'),
  scheduled: () => import('../compose/scheduled.tsx'),
  settings: () => import('../settings/main.tsx'),
  'settings.profile': () => import('../settings/profile.tsx'),
  'settings.privacy': () => import('../settings/privacy.tsx'),
  'settings.rule': () => import('../settings/privacy_rule.tsx'),
  'settings.exceptions': () => import('../settings/exceptions.tsx'),
  'settings.blocked': () => import('../settings/blocked.tsx'),
  'settings.password': () => import('../settings/password_panel.tsx'),
  'settings.folders': () => import('../settings/folders_panel.tsx'),
  'settings.folder': () => import('../settings/folder_edit.tsx'),
  'settings.folder.chats': () => import('../settings/folder_chats.tsx'),
  'settings.sessions': () => import('../settings/sessions.tsx'),
  'settings.wayback': () => import('../settings/wayback.tsx'),
  'settings.notifications': () => import('../settings/notifications.tsx'),
  trust: () => moreWords().then(() => import('../trust/panel.tsx')),
  'settings.passkeys': () => import('../settings/passkeys_panel.tsx'),
  'settings.language': () => import('../settings/language_panel.tsx'),
  'settings.apps': () => import('../settings/apps_panel.tsx'),
  'settings.export': () => import('../settings/export_panel.tsx'),
  'settings.appearance': () => import('../settings/appearance_panel.tsx'),
  contacts: () => import('../people/contacts_panel.tsx'),
  invite: () => import('../people/invite_panel.tsx'),
  'contact.add': () => import('../people/contact_add.tsx'),
  'contact.edit': () => import('../people/contact_edit.tsx'),
  common: () => import('../people/common.tsx'),
  profile: () => import('../people/profile.tsx'),
  'new.group': () => import('../groups/new_group.tsx'),
  'new.channel': () => import('../groups/new_channel.tsx'),
  members: () => import('../groups/members_panel.tsx'),
  'members.add': () => import('../groups/members_add.tsx'),
  admin: () => import('../groups/admin.tsx'),
  restrict: () => import('../groups/restrict.tsx'),
  edit: () => import('../groups/edit.tsx'),
  rights: () => import('../groups/permissions.tsx'),
  access: () => import('../groups/access.tsx'),
  discussion: () => import('../groups/discussion.tsx'),
  links: () => import('../groups/links_panel.tsx'),
  link: () => import('../groups/link_panel.tsx'),
  'link.edit': () => import('../groups/link_edit.tsx'),
  requests: () => import('../groups/requests.tsx'),
  log: () => import('../groups/log.tsx'),
  topics: () => import('../groups/topics_panel.tsx'),
  'topic.edit': () => import('../groups/topic_edit.tsx'),
}

const loaded = new Map<Panel['name'], View>()

export function PanelView({ panel }: { panel: Panel }): VNode {
  const [, drawAgain] = useState(0)
  const view = loaded.get(panel.name)
  useEffect(() => {
    if (view !== undefined) return
    void VIEWS[panel.name]?.().then((made) => {
      loaded.set(panel.name, made.default as View)
      drawAgain((n) => n + 1)
    })
  }, [panel.name])
  if (view === undefined) {
    return (
      <PanelFrame title="">
        <div class="centred">
          <Spinner label={t('ui.loading')} />
        </div>
      </PanelFrame>
    )
  }
  const Shown = view
  return <Shown panel={panel as never} />
}
