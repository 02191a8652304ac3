/** What stands under a conversation instead of the field: why one may not write, and what one may do about it. */

import { mute } from '../chats/actions.ts'
import type { Peer } from '../model/types.ts'
import { setBlocked } from '../people/contacts.ts'
import { full } from '../people/full.ts'
import { dialogs, forums } from '../store.ts'
import { Button } from '../ui/kit.tsx'
import { attempt } from '../ui/refusals.ts'
import { dateAndTime } from '../ui/times.ts'
import { t } from '../words.ts'
import { asked, join } from './joining.ts'
import { type Standing, standing } from './rights.ts'

/** Return what stands under a conversation, or a topic of it. */
export function standingOf(where: Peer, top: number): Standing {
  const topic = top === 0 ? undefined : forums.value.get(where.id)?.byId.get(top)
  const about = full(where.id).value
  const circumstances = {
    blocked: about?.blocked ?? false,
    asked: asked.value.has(where.id),
    topicClosed: topic?.closed ?? false,
    topicMine: topic?.mine ?? false,
  }
  return standing(where, circumstances, Date.now() / 1000)
}

function silenced(how: Extract<Standing, { is: 'silenced' }>): string {
  if (how.until > 0) return t('groups.silenced.until', { date: dateAndTime(how.until) })
  return t(how.all ? 'groups.silenced.all' : 'groups.silenced')
}

function Deed({ label, run }: { label: string; run: () => Promise<unknown> }) {
  return (
    <div class="compose-note">
      <Button kind="plain" onPress={() => void attempt(run)}>
        {label}
      </Button>
    </div>
  )
}

export function Instead({ where, how }: { where: Peer; how: Standing }) {
  switch (how.is) {
    case 'field':
      return null
    case 'join':
      return <Deed label={t(how.request ? 'groups.ask' : 'groups.join')} run={() => join(where.id)} />
    case 'blocked':
      return <Deed label={t('people.unblock')} run={() => setBlocked(where.id, false)} />
    case 'channel': {
      const muted = (dialogs.value.byChat.get(where.id)?.notify.mutedUntil ?? 0) > Date.now() / 1000
      return <Deed label={t(muted ? 'chats.unmute' : 'chats.mute')} run={() => mute(where.id, muted ? 0 : undefined)} />
    }
    case 'deleted':
      return <p class="compose-note">{t('compose.deleted')}</p>
    case 'asked':
      return <p class="compose-note">{t('groups.asked')}</p>
    case 'gone':
      return <p class="compose-note">{t(where.kind === 'channel' ? 'groups.gone.channel' : 'groups.gone')}</p>
    case 'restricted':
      return (
        <p class="compose-note" dir="auto">
          {how.text}
        </p>
      )
    case 'closed':
      return <p class="compose-note">{t('groups.topic.closed')}</p>
    case 'silenced':
      return <p class="compose-note">{silenced(how)}</p>
  }
}
