/** The round buttons over the lower edge of the messages: to what mentions me, to new reactions, to the end. */

import { useComputed } from '@preact/signals'

import { call, inputPeer, messagesOf } from '../api.ts'
import { refreshChats } from '../chats/actions.ts'
import type { PeerId } from '../model/types.ts'
import type { Place } from '../nav.ts'
import { dialogs } from '../store.ts'
import { IconButton } from '../ui/kit.tsx'
import { openMenu } from '../ui/overlays.tsx'
import type { IconName } from '../ui/icons.tsx'
import { attempt } from '../ui/refusals.ts'
import { short } from '../ui/times.ts'
import { t } from '../words.ts'
import { jump } from './jump.ts'

const OLDEST = { offsetId: 1, addOffset: -1, limit: 1, maxId: 0, minId: 0 } // the first that is unread

async function toMention(chat: PeerId): Promise<void> {
  const answer = await call({ _: 'messages.getUnreadMentions', peer: inputPeer(chat), ...OLDEST })
  const [first] = messagesOf(answer)
  if (first !== undefined) jump(chat, first.id)
  else await refreshChats([chat])
}

async function toReaction(chat: PeerId): Promise<void> {
  const answer = await call({ _: 'messages.getUnreadReactions', peer: inputPeer(chat), ...OLDEST })
  const [first] = messagesOf(answer)
  if (first !== undefined) jump(chat, first.id)
  else await refreshChats([chat])
}

async function readAllMentions(chat: PeerId): Promise<void> {
  await call({ _: 'messages.readMentions', peer: inputPeer(chat) })
  await refreshChats([chat])
}

async function readAllReactions(chat: PeerId): Promise<void> {
  await call({ _: 'messages.readReactions', peer: inputPeer(chat) })
  await refreshChats([chat])
}

function Round(props: { icon: IconName; label: string; count: number; go: () => void; clear?: () => void }) {
  const { icon, label, count, go, clear } = props
  return (
    <div
      class="jump"
      onContextMenu={(event) => {
        if (clear === undefined) return
        event.preventDefault()
        openMenu(event.currentTarget, [{ icon: 'checks', label: t('history.jump.clear'), do: clear }])
      }}
    >
      {count > 0 && (
        <span class="badge" aria-hidden="true">
          {short(count)}
        </span>
      )}
      <IconButton icon={icon} label={label} onPress={go} />
    </div>
  )
}

export function JumpButtons({ place, down, toEnd }: { place: Place; down: boolean; toEnd: () => void }) {
  const { chat, top } = place
  const dialog = useComputed(() => dialogs.value.byChat.get(chat)).value
  const [mentions, reactions, unread] = top === 0 ? [dialog?.mentions ?? 0, dialog?.reactions ?? 0, dialog?.unread ?? 0] : [0, 0, 0]
  return (
    <div class="jumps">
      {reactions > 0 && (
        <Round
          icon="heart"
          label={t('history.jump.reactions', { n: reactions })}
          count={reactions}
          go={() => void attempt(() => toReaction(chat))}
          clear={() => void attempt(() => readAllReactions(chat))}
        />
      )}
      {mentions > 0 && (
        <Round
          icon="at"
          label={t('history.jump.mentions', { n: mentions })}
          count={mentions}
          go={() => void attempt(() => toMention(chat))}
          clear={() => void attempt(() => readAllMentions(chat))}
        />
      )}
      {down && <Round icon="down" label={t('history.down')} count={unread} go={toEnd} />}
    </div>
  )
}
