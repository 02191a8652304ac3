/** A poll in its message: voting, and how it stands. */

import { useEffect, useState } from 'preact/hooks'

import { call, inputPeer } from '../api.ts'
import type { Message, Poll, PollOption } from '../model/types.ts'
import { openPanel } from '../nav.ts'
import { Icon } from '../ui/icons.tsx'
import { Button, Spinner } from '../ui/kit.tsx'
import { attempt } from '../ui/refusals.ts'
import { duration } from '../ui/times.ts'
import { t } from '../words.ts'
import { optionBytes, percents, showsResults } from './poll_rules.ts'
import { Text } from './text.tsx'

/** Vote for options; for none: take the vote back. */
export async function vote(message: Message, keys: readonly string[]): Promise<void> {
  await call({
    _: 'messages.sendVote',
    peer: inputPeer(message.chat),
    msgId: message.id,
    options: keys.map(optionBytes),
  })
}

function kindOf(poll: Poll): string {
  if (poll.closed) return t('history.poll.closed')
  if (poll.quiz) return t(poll.open ? 'history.poll.quiz' : 'history.poll.quiz.anonymous')
  return t(poll.open ? 'history.poll.public' : 'history.poll.anonymous')
}

/** The time that is left, while there is an end. */
function Left({ until }: { until: number }) {
  const [, tick] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => tick((n) => n + 1), 1_000)
    return () => clearInterval(timer)
  }, [])
  const left = until - Date.now() / 1000
  if (left <= 0) return null
  return (
    <span class="poll-left">
      <Icon name="clock" />
      {duration(left)}
    </span>
  )
}

function Choice(props: { poll: Poll; option: PollOption; on: boolean; busy: boolean; press: () => void }) {
  const { poll, option, on, busy, press } = props
  return (
    <button
      type="button"
      class="poll-option"
      role={poll.several ? 'checkbox' : 'radio'}
      aria-checked={on}
      onClick={(event) => {
        event.stopPropagation()
        press()
      }}
    >
      <span class={poll.several ? 'poll-box' : 'poll-box single'}>
        {busy && on ? <Spinner /> : on && <Icon name="check" />}
      </span>
      <span dir="auto">
        <Text text={option.text} entities={option.entities ?? []} />
      </span>
    </button>
  )
}

function Choices({ message, poll }: { message: Message; poll: Poll }) {
  const [chosen, setChosen] = useState<readonly string[]>([])
  const [busy, setBusy] = useState(false)
  const send = (keys: readonly string[]): void => {
    setBusy(true)
    void attempt(() => vote(message, keys)).then(() => setBusy(false))
  }
  const press = (key: string): void => {
    if (busy || message.id < 0) return
    if (poll.several) setChosen(chosen.includes(key) ? chosen.filter((one) => one !== key) : [...chosen, key])
    else {
      setChosen([key])
      send([key])
    }
  }
  return (
    <>
      <div class="poll-options" role={poll.several ? 'group' : 'radiogroup'} aria-label={poll.question}>
        {poll.options.map((option) => (
          <Choice
            key={option.key}
            poll={poll}
            option={option}
            on={chosen.includes(option.key)}
            busy={busy}
            press={() => press(option.key)}
          />
        ))}
      </div>
      {poll.several && (
        <Button kind="plain" disabled={chosen.length === 0} busy={busy} onPress={() => send(chosen)}>
          {t('history.poll.vote')}
        </Button>
      )}
    </>
  )
}

function markOf(poll: Poll, { chosen, correct }: PollOption): 'right' | 'wrong' | 'mine' | null {
  if (poll.quiz && correct) return 'right'
  if (!chosen) return null
  return poll.quiz ? 'wrong' : 'mine'
}

function Result({ poll, option, percent }: { poll: Poll; option: PollOption; percent: number }) {
  const mark = markOf(poll, option)
  const said = mark === null ? '' : `, ${t(`history.poll.${mark}`)}`
  const label = `${option.text}: ${t('history.poll.percent', { n: percent })}, ${t('history.poll.votes', { n: option.votes })}${said}`
  return (
    <div class={`poll-result ${mark ?? ''}`} role="listitem" aria-label={label}>
      <span class="poll-percent" aria-hidden="true">
        {t('history.poll.percent', { n: percent })}
        {mark !== null && (
          <span class="poll-mark">
            <Icon name={mark === 'wrong' ? 'close' : 'check'} />
          </span>
        )}
      </span>
      <span class="poll-result-text" dir="auto" aria-hidden="true">
        <Text text={option.text} entities={option.entities ?? []} />
      </span>
      <progress class="poll-bar" max={100} value={percent} aria-hidden="true" />
    </div>
  )
}

function Explanation({ poll }: { poll: Poll }) {
  const [open, setOpen] = useState(false)
  if (poll.solution === '' || !showsResults(poll)) return null
  if (!open) {
    return (
      <Button kind="plain" onPress={() => setOpen(true)}>
        {t('history.poll.explain')}
      </Button>
    )
  }
  return (
    <p class="poll-solution" dir="auto" role="note">
      <Text text={poll.solution} entities={poll.solutionEntities ?? []} />
    </p>
  )
}

export function PollView({ message, poll }: { message: Message; poll: Poll }) {
  const results = showsResults(poll)
  const shares = percents(poll)
  const { chat, id } = message
  return (
    <div class="poll">
      <p class="poll-question" dir="auto">
        <Text text={poll.question} entities={poll.questionEntities ?? []} />
      </p>
      <p class="poll-kind">
        {kindOf(poll)}
        {poll.several && !results && ` · ${t('history.poll.several')}`}
        {!poll.closed && poll.closesAt > 0 && <Left until={poll.closesAt} />}
      </p>
      {results ? (
        <div class="poll-options" role="list">
          {poll.options.map((option, at) => (
            <Result key={option.key} poll={poll} option={option} percent={shares[at] ?? 0} />
          ))}
        </div>
      ) : (
        <Choices message={message} poll={poll} />
      )}
      <Explanation poll={poll} />
      <p class="poll-voters">
        {poll.voters === 0 ? t('history.poll.nobody') : t('history.poll.votes', { n: poll.voters })}
      </p>
      {poll.open && results && poll.voters > 0 && (
        <Button kind="plain" onPress={() => openPanel('right', { name: 'poll', chat, id })}>
          {t('history.poll.voters')}
        </Button>
      )}
    </div>
  )
}
