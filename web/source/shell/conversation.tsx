/** The open conversation: its head, its messages, the field. */

import { useComputed } from '@preact/signals'

import { typingText } from '../chats/summary.ts'
import { Compose } from '../compose/compose.tsx'
import { HistoryView } from '../history/history.tsx'
import { ThreadHead } from '../groups/thread_head.tsx'
import { PinnedBar } from '../history/pinned_bar.tsx'
import { SelectionBar } from '../history/selection_bar.tsx'
import { selection } from '../history/selection.ts'
import { PlayerBar } from '../media/bar.tsx'
import { back, openPanel, place, type Place } from '../nav.ts'
import type { Peer } from '../model/types.ts'
import { full } from '../people/full.ts'
import { connection, peer, self, typings } from '../store.ts'
import { Avatar, nameOf } from '../ui/avatar.tsx'
import { Empty, IconButton } from '../ui/kit.tsx'
import { openMenu } from '../ui/overlays.tsx'
import { attempt } from '../ui/refusals.ts'
import { statusOf } from '../ui/status.ts'
import { moreWords, t } from '../words.ts'

function Status({ at }: { at: Place }) {
  const who = peer(at.chat).value
  const typing = useComputed(() => typings.value.get(at.chat)).value
  if (connection.value !== 'connected') {
    const word = connection.value === 'offline' ? 'ui.offline' : 'ui.connecting'
    return <>{t(connection.value === 'updating' ? 'ui.updating' : word)}</>
  }
  if (typing !== undefined && typing.length > 0) {
    return <span class="chat-typing">{typingText({ chat: at.chat }, typing)}</span>
  }
  return <>{at.chat === self.value ? '' : statusOf(who)}</>
}

function openHeadMenu(from: Element, who: Peer): void {
  void attempt(async () => {
    const [{ menuOf }] = await Promise.all([import('../head/menu.ts'), moreWords()])
    openMenu(from, menuOf(who, full(who.id).peek(), from))
  })
}

function Head({ at }: { at: Place }) {
  const who = peer(at.chat).value
  const saved = at.chat === self.value
  return (
    <header class="conversation-head">
      <IconButton icon="back" label={t('ui.back')} class="mirrors only-narrow" onPress={back} />
      <button
        type="button"
        class="conversation-who"
        onClick={() => openPanel('right', { name: 'profile', chat: at.chat })}
      >
        <Avatar peer={who} size={42} saved={saved} />
        <span class="row-text">
          <h1 class="conversation-name" dir="auto">
            {saved ? t('ui.saved') : nameOf(who)}
          </h1>
          <span class="row-note" role="status">
            <Status at={at} />
          </span>
        </span>
      </button>
      <IconButton
        icon="search"
        label={t('chats.search')}
        onPress={() => openPanel('right', { name: 'search', chat: at.chat })}
      />
      {who !== undefined && <IconButton icon="more" label={t('ui.more')} onPress={(event) => openHeadMenu(event.currentTarget, who)} />}
    </header>
  )
}

export function Conversation() {
  const at = place.value
  if (at === null) {
    return (
      <section class="conversation conversation-none" aria-label={t('history.messages')}>
        <Empty icon="comment" title={t('chats.choose')} />
      </section>
    )
  }
  return (
    <main class="conversation">
      {at.top === 0 ? <Head at={at} /> : <ThreadHead at={at} />}
      <PlayerBar />
      <PinnedBar place={at} />
      <HistoryView key={`${at.chat}/${at.top}`} place={at} />
      {selection.value?.chat === at.chat ? <SelectionBar /> : <Compose place={at} />}
    </main>
  )
}
