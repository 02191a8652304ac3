/** The left side: the field that searches, the folders, and the list of chats or what was found. */

import { useComputed } from '@preact/signals'
import type { RefObject } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'

import { type Dialogs, unreadIn } from '../model/dialogs.ts'
import { focusAgain, openChat, openPanel, place } from '../nav.ts'
import { enterList } from '../search/moving.ts'
import { SearchResults } from '../search/results.tsx'
import { Newcomer } from '../shell/newcomer.tsx'
import { Reminder } from '../shell/reminder.tsx'
import { StateBars } from '../shell/state_bars.tsx'
import { dialogs, peers, self } from '../store.ts'
import { Icon } from '../ui/icons.tsx'
import { IconButton, Row } from '../ui/kit.tsx'
import { openMenu } from '../ui/overlays.tsx'
import { short } from '../ui/times.ts'
import { t } from '../words.ts'
import { CHATS_ID, FolderTabs, haveFolders, shownFolder } from './folder_tabs.tsx'
import { listenToKeys } from './keys.ts'
import { ChatList } from './list.tsx'
import { inFolder } from '../settings/folder_rules.ts'

function mainMenu(from: Element): void {
  openMenu(from, [
    { icon: 'bookmark', label: t('chats.saved'), do: () => openChat(self.peek()) },
    { icon: 'person', label: t('chats.contacts'), do: () => openPanel('left', { name: 'contacts' }) },
    { icon: 'people', label: t('chats.new.group'), do: () => openPanel('left', { name: 'new.group' }) },
    { icon: 'megaphone', label: t('chats.new.channel'), do: () => openPanel('left', { name: 'new.channel' }) },
    { icon: 'addPerson', label: t('people.friends'), do: () => openPanel('left', { name: 'invite' }) },
    { icon: 'gear', label: t('chats.settings'), do: () => openPanel('left', { name: 'settings' }) },
  ])
}

function ArchiveRow() {
  const some = useComputed(() => [...dialogs.value.byChat.values()].some(({ folder }) => folder === 1)).value
  const unread = useComputed(() => unreadIn(dialogs.value, 1, Date.now() / 1000)).value
  if (!some) return null
  return (
    <Row
      icon="archive"
      title={t('chats.archive')}
      after={unread > 0 ? <span class="badge badge-muted">{short(unread)}</span> : undefined}
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
    <div class="chats-body scrolls-chats" id={CHATS_ID} {...role}>
      {folder === null && <ArchiveRow />}
      <ChatList key={folder?.id ?? 0} folder={0} of={of} />
    </div>
  )
}

/** Say whether a key begins the search, in the field of which nothing was asked yet. */
function opens(key: string): boolean {
  return key === 'Enter' || key === 'ArrowDown'
}

/** Give the focus to the row of the chat that was left, or to the whole, where what had it is gone: a chat, the log-in. */
function useFocusBack(): RefObject<HTMLElement | null> {
  const whole = useRef<HTMLElement>(null)
  const open = place.value?.chat ?? null
  const was = useRef(open)
  useEffect(() => {
    const left = was.current
    was.current = open
    if (open !== null || document.activeElement !== document.body) return
    const row = document.querySelector<HTMLElement>(`.chats [data-chat="${left}"]`)
    ;(row ?? whole.current)?.focus()
  }, [open])
  return whole
}

/** The list; `inert` while something lies over it. */
export function ChatsPane({ inert }: { inert: boolean }) {
  const [query, setQuery] = useState('')
  const [searching, setSearching] = useState(false)
  const field = useRef<HTMLInputElement>(null)
  const from = useRef<Element | null>(null) // where one was when one began to search
  const whole = useFocusBack()
  useEffect(listenToKeys, [])
  const close = (): void => {
    setQuery('')
    setSearching(false)
    field.current?.blur()
  }
  const giveUp = (): void => {
    close()
    focusAgain(from.current)
  }
  return (
    <nav class="chats" aria-label={t('chats.title')} inert={inert} ref={whole} tabIndex={-1}>
      <header class="chats-head">
        {searching ? (
          <IconButton icon="back" class="mirrors" label={t('ui.back')} onPress={giveUp} />
        ) : (
          <IconButton icon="menu" label={t('chats.menu')} onPress={(event) => mainMenu(event.currentTarget)} />
        )}
        <div class="search-field" role="search">
          <Icon name="search" />
          <input
            ref={field}
            type="search"
            value={query}
            placeholder={t('chats.search')}
            aria-label={t('chats.search')}
            onFocus={(event) => {
              const before = event.relatedTarget
              if (!searching) from.current = before instanceof Element ? before : null
            }}
            onClick={() => setSearching(true)} // not by the focus alone: the next stop of the keyboard is the chats
            onInput={(event) => {
              setQuery(event.currentTarget.value)
              setSearching(true)
            }}
            onKeyDown={(event) => {
              if (event.key === 'Escape') giveUp()
              else if (!searching && opens(event.key)) setSearching(true)
              else if (!enterList(event.key, document.querySelector('.chats .found'))) return
              event.preventDefault()
              event.stopPropagation()
            }}
          />
        </div>
      </header>
      <StateBars />
      <Newcomer />
      <Reminder />
      {searching ? (
        <SearchResults query={query} close={close} />
      ) : (
        <>
          <FolderTabs />
          <Listed />
        </>
      )}
    </nav>
  )
}
