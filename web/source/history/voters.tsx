/** Who voted for what in a public poll. */

import { useEffect, useState } from 'preact/hooks'

import { call, inputPeer } from '../api.ts'
import type { PeerId, Poll, PollOption } from '../model/types.ts'
import type { Panel } from '../nav.ts'
import { history, messageOf, peer } from '../store.ts'
import { peerId } from '../translate/peers.ts'
import { Avatar, nameOf } from '../ui/avatar.tsx'
import { Button, Empty, Group, PanelFrame, Row, Spinner } from '../ui/kit.tsx'
import { attempt } from '../ui/refusals.ts'
import { brief } from '../ui/times.ts'
import { t } from '../words.ts'
import { openPeer } from './links.ts'
import { optionBytes, percents } from './poll_rules.ts'

const FIRST = 5 // voters of each answer that are shown at once
const MORE = 50 // that are added by a press

type Place = Extract<Panel, { name: 'poll' }>

interface Vote {
  who: PeerId
  date: number // seconds of Unix time
}

function VotersOf({ panel, option, percent }: { panel: Place; option: PollOption; percent: number }) {
  const [votes, setVotes] = useState<Vote[]>([])
  const [next, setNext] = useState<string | null>('') // null: there are no more
  const [busy, setBusy] = useState(true)
  const load = async (limit: number): Promise<void> => {
    setBusy(true)
    await attempt(async () => {
      const answer = await call({
        _: 'messages.getPollVotes',
        peer: inputPeer(panel.chat),
        id: panel.id,
        option: optionBytes(option.key),
        ...(next === '' || next === null ? {} : { offset: next }),
        limit,
      })
      setVotes((before) => [...before, ...answer.votes.map(({ peer: who, date }) => ({ who: peerId(who), date }))])
      setNext(answer.nextOffset ?? null)
    })
    setBusy(false)
  }
  useEffect(() => void load(FIRST), [])
  return (
    <Group title={`${option.text} · ${t('history.poll.percent', { n: percent })}`}>
      {votes.map(({ who, date }) => (
        <Row
          key={who}
          before={<Avatar peer={peer(who).value} size={42} />}
          title={nameOf(peer(who).value)}
          note={brief(date, Date.now() / 1000)}
          onPress={() => openPeer(who)}
        />
      ))}
      {busy && (
        <div class="centred">
          <Spinner label={t('ui.loading')} />
        </div>
      )}
      {!busy && next !== null && votes.length < option.votes && (
        <Button kind="plain" onPress={() => void load(MORE)}>
          {t('history.poll.more', { n: option.votes - votes.length })}
        </Button>
      )}
    </Group>
  )
}

function pollOf({ chat, id }: Place): Poll | null {
  const media = (history(chat).value.messages.get(id) ?? messageOf(chat, id))?.media
  return media?.is === 'poll' ? media.poll : null
}

export default function Voters({ panel }: { panel: Place }) {
  const poll = pollOf(panel)
  const shares = poll === null ? [] : percents(poll)
  return (
    <PanelFrame title={poll?.question ?? t('history.poll.voters')}>
      {(poll === null || poll.voters === 0) && <Empty icon="poll" title={t('history.poll.nobody')} />}
      {poll?.options.map(
        (option, at) =>
          option.votes > 0 && (
            <VotersOf key={`${option.key}/${option.votes}`} panel={panel} option={option} percent={shares[at] ?? 0} />
          ),
      )}
    </PanelFrame>
  )
}
