/** The page of somebody who is logged in: the list of chats, the open conversation, and panels over and beside them. */

import { useComputed } from '@preact/signals'
import { useState } from 'preact/hooks'

import { CHATS_ID, FolderTabs, haveFolders, shownFolder } from '../chats/folder_tabs.tsx'
import { ChatList } from '../chats/list.tsx'
import { type Dialogs, listed, unreadIn } from '../model/dialogs.ts'
import { left, openChat, openPanel, place, right } from '../nav.ts'
import { SearchResults } from '../search/results.tsx'
import { inFolder } from '../settings/folder_rules.ts'
import { connection, dialogs, peers, self } from '../store.ts'
import { Icon } from '../ui/icons.tsx'
import { IconButton, Row } from '../ui/kit.tsx'
import { openMenu } from '../ui/overlays.tsx'
import { t } from '../words.ts'
import { Conversation } from './conversation.tsx'
import { PanelView } from './panels.tsx'
import { Reminder } from './reminder.tsx'

function mainMenu(from: Element): void {
  openMenu(from, [
    { icon: 'bookmark', label: t('chats.saved'), do: () => openChat(self.peek()) },
    { icon: 'person', label: t('chats.contacts'), do: () => openPanel('left', { name: 'contacts' }) },
    { icon: 'people', label: t('chats.new.group'), do: () => openPanel('left', { name: 'new.group' }) },
    { icon: 'megaphone', label: t('chats.new.channel'), do: () => openPanel('left', { name: 'new.channel' }) },
    { icon: 'gear', label: t('chats.settings'), do: () => openPanel('left', { name: 'settings' }) },
  ])
}

/** A line while there is no connection; what is written meanwhile waits. */
function ConnectionBar() {
  const state = connection.value
  if (state === 'connected') return null
  const word = state === 'offline' ? 'ui.offline' : state === 'updating' ? 'ui.updating' : 'ui.connecting'
  return (
    <p class="connection-bar" role="status">
      {t(word)}
    </p>
  )
}

function ArchiveRow() {
  const archived = useComputed(() => listed(dialogs.value, 1)).value
  if (archived.length === 0) return null
  const unread = unreadIn(dialogs.value, 1, Date.now() / 1000)
  return (
    <Row
      icon="archive"
      title={t('chats.archive')}
      after={unread > 0 ? <span class="badge badge-muted">{unread}</span> : undefined}
      onPress={() => openPanel('left', { name: 'archive' })}
    />
  )
}

/** All chats, or those of the folder that is chosen. */
function Listed() {
  const folder = shownFolder.value
  const of = folder === null ? undefined : (all: Dialogs) => inFolder(folder, all, peers.value, Date.now() / 1000)
  const role = haveFolders.value ? { role: 'tabpanel' as const, 'aria-label': folder?.name ?? t('settings.folders.all') } : {}
  return (
    <div class="chats-body" id={CHATS_ID} {...role}>
      {folder === null && <ArchiveRow />}
      <ChatList folder={0} of={of} />
    </div>
  )
}

function Chats() {
  const [query, setQuery] = useState('')
  return (
    <nav class="chats" aria-label={t('chats.title')}>
      {place.value === null && <h1 class="unseen">{t('chats.title')}</h1>}
      <header class="chats-head">
        <IconButton icon="menu" label={t('chats.menu')} onPress={(event) => mainMenu(event.currentTarget)} />
        <div class="search-field" role="search">
          <Icon name="search" />
          <input
            type="search"
            value={query}
            placeholder={t('chats.search')}
            aria-label={t('chats.search')}
            onInput={(event) => setQuery(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key === 'Escape') setQuery('')
            }}
          />
        </div>
      </header>
      <ConnectionBar />
      <Reminder />
      {query.trim() === '' ? (
        <>
          <FolderTabs />
          <Listed />
        </>
      ) : (
        <SearchResults query={query} close={() => setQuery('')} />
      )}
    </nav>
  )
}

export function Main() {
  const panels = left.value
  const beside = right.value
  const names = ['pane']
  if (place.value !== null) names.push('chosen')
  if (beside.length > 0) names.push('beside')
  return (
    <div class={names.join(' ')}>
      <div class="pane-left" role={place.value === null ? 'main' : undefined}>
        <Chats />
        {panels.map((panel, at) => (
          <div key={`${at}/${panel.name}`} class="pane-over" inert={at < panels.length - 1}>
            <PanelView panel={panel} />
          </div>
        ))}
      </div>
      <Conversation />
      {beside.length > 0 && (
        <aside class="pane-right">
          {beside.map((panel, at) => (
            <div key={`${at}/${panel.name}`} class="pane-over" inert={at < beside.length - 1}>
              <PanelView panel={panel} />
            </div>
          ))}
        </aside>
      )}
    </div>
  )
}
