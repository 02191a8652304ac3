/** Making a poll: the question, its answers, and how it is answered. */

import type { TargetedKeyboardEvent } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'

import type { Poll } from '../model/types.ts'
import type { Place } from '../nav.ts'
import { peer } from '../store.ts'
import { Button, IconButton, Switch } from '../ui/kit.tsx'
import { showModal } from '../ui/overlays.tsx'
import { attempt } from '../ui/refusals.ts'
import { t } from '../words.ts'
import { write } from './outbox.ts'

const QUESTION_MAX = 300 // UTF-16 units
const ANSWER_MAX = 100 // UTF-16 units
const SOLUTION_MAX = 200 // UTF-16 units
const ANSWERS_MAX = 12 // of one poll

interface Draft {
  question: string
  answers: string[]
  anonymous: boolean
  several: boolean
  quiz: boolean
  correct: number
  solution: string
}

const NEW: Draft = { question: '', answers: ['', ''], anonymous: true, several: false, quiz: false, correct: -1, solution: '' }

/** Return the answers that have words, with where each stood. */
function filled({ answers }: Draft): { text: string; at: number }[] {
  return answers.map((text, at) => ({ text: text.trim(), at })).filter(({ text }) => text !== '')
}

/** Return why a poll cannot be sent yet; null if it can. */
function trouble(draft: Draft): string | null {
  const answers = filled(draft)
  if (draft.question.trim() === '') return t('compose.poll.needs.question')
  if (answers.length < 2) return t('compose.poll.needs.answers')
  if (new Set(answers.map(({ text }) => text)).size < answers.length) return t('compose.poll.needs.different')
  if (draft.quiz && !answers.some(({ at }) => at === draft.correct)) return t('compose.poll.needs.correct')
  return null
}

async function send({ chat, top }: Place, draft: Draft): Promise<void> {
  const answers = filled(draft)
  const plain = (text: string): object => ({ _: 'textWithEntities', text, entities: [] })
  const options = answers.map(({ text }, at) => ({ _: 'pollAnswer', text: plain(text), option: new Uint8Array([at]) }))
  const correct = answers.findIndex(({ at }) => at === draft.correct)
  const poll = {
    _: 'poll',
    id: 0n,
    hash: 0n,
    question: plain(draft.question.trim()),
    answers: options,
    ...(draft.anonymous ? {} : { publicVoters: true }),
    ...(draft.quiz ? { quiz: true } : draft.several ? { multipleChoice: true } : {}),
  }
  const solution = draft.quiz && draft.solution.trim() !== '' ? { solution: draft.solution.trim(), solutionEntities: [] } : {}
  const media = { _: 'inputMediaPoll', poll, ...(draft.quiz ? { correctAnswers: [correct] } : {}), ...solution }
  const look: Poll = {
    id: '',
    question: draft.question.trim(),
    options: answers.map(({ text }, at) => ({ key: `${at}`, text, votes: 0, chosen: false, correct: false })),
    voters: 0,
    quiz: draft.quiz,
    several: draft.several,
    open: !draft.anonymous,
    closed: false,
    solution: '',
    closesAt: 0,
  }
  await write({ chat, top, text: '', entities: [], reply: 0, media, look: { is: 'poll', poll: look } })
}

function Answers({ draft, change }: { draft: Draft; change: (next: Partial<Draft>) => void }) {
  const list = useRef<HTMLDivElement>(null)
  const focused = useRef(-1)
  useLayoutEffect(() => {
    if (focused.current >= 0) list.current?.querySelectorAll<HTMLElement>('input[type=text]')[focused.current]?.focus()
    focused.current = -1
  })
  const set = (at: number, text: string): void => {
    const answers = draft.answers.map((one, place) => (place === at ? text : one))
    if (at === answers.length - 1 && text !== '' && answers.length < ANSWERS_MAX) answers.push('')
    change({ answers })
  }
  const remove = (at: number): void => {
    const answers = draft.answers.filter((_, place) => place !== at)
    focused.current = Math.max(0, at - 1)
    const { correct } = draft
    change({ answers, correct: correct === at ? -1 : correct > at ? correct - 1 : correct })
  }
  const key = (event: TargetedKeyboardEvent<HTMLInputElement>, at: number): void => {
    if (event.key === 'Backspace' && draft.answers[at] === '' && draft.answers.length > 2) remove(at)
    else if (event.key === 'Enter' && at < draft.answers.length - 1) {
      focused.current = at + 1
      change({})
    } else return
    event.preventDefault()
  }
  return (
    <div class="poll-answers" ref={list} role="group" aria-label={t('compose.poll.answers')}>
      {draft.answers.map((text, at) => (
        <div key={at} class="poll-answer">
          {draft.quiz && (
            <input
              type="radio"
              name="correct"
              checked={draft.correct === at}
              disabled={text.trim() === ''}
              aria-label={t('compose.poll.correct', { n: at + 1 })}
              onChange={() => change({ correct: at })}
            />
          )}
          <input
            type="text"
            dir="auto"
            value={text}
            maxLength={ANSWER_MAX}
            aria-label={t('compose.poll.answer', { n: at + 1 })}
            placeholder={t('compose.poll.answer', { n: at + 1 })}
            onInput={(event) => set(at, event.currentTarget.value)}
            onKeyDown={(event) => key(event, at)}
          />
          {draft.answers.length > 2 && at < draft.answers.length - 1 && (
            <IconButton icon="close" label={t('compose.poll.remove', { n: at + 1 })} onPress={() => remove(at)} />
          )}
        </div>
      ))}
    </div>
  )
}

function Dialog({ place, close }: { place: Place; close: () => void }) {
  const [draft, setDraft] = useState(NEW)
  const [said, setSaid] = useState<string | null>(null)
  const change = (next: Partial<Draft>): void => {
    setDraft((before) => ({ ...before, ...next }))
    setSaid(null)
  }
  const channel = peer(place.chat).value?.kind === 'channel' // where nobody sees who reads
  return (
    <form
      class="ask poll-dialog"
      onSubmit={(event) => {
        event.preventDefault()
        const wrong = trouble(draft)
        setSaid(wrong)
        if (wrong !== null) return
        close()
        void attempt(() => send(place, draft))
      }}
    >
      <h2>{t('compose.poll')}</h2>
      <div class="field">
        <label for="poll-question">{t('compose.poll.question')}</label>
        <textarea
          id="poll-question"
          rows={2}
          dir="auto"
          autofocus
          maxLength={QUESTION_MAX}
          value={draft.question}
          onInput={(event) => change({ question: event.currentTarget.value })}
        />
      </div>
      <Answers draft={draft} change={change} />
      {!channel && (
        <Switch label={t('compose.poll.anonymous')} on={draft.anonymous} onChange={(anonymous) => change({ anonymous })} />
      )}
      <Switch
        label={t('compose.poll.several')}
        on={draft.several}
        disabled={draft.quiz}
        onChange={(several) => change({ several })}
      />
      <Switch
        label={t('compose.poll.quiz')}
        hint={t('compose.poll.quiz.hint')}
        on={draft.quiz}
        onChange={(quiz) => change({ quiz, several: quiz ? false : draft.several })}
      />
      {draft.quiz && (
        <div class="field">
          <label for="poll-solution">{t('compose.poll.solution')}</label>
          <input
            id="poll-solution"
            type="text"
            dir="auto"
            maxLength={SOLUTION_MAX}
            value={draft.solution}
            onInput={(event) => change({ solution: event.currentTarget.value })}
          />
        </div>
      )}
      {said !== null && (
        <p class="trouble" role="alert">
          {said}
        </p>
      )}
      <div class="modal-actions">
        <Button kind="plain" onPress={close}>
          {t('ui.cancel')}
        </Button>
        <Button submit>{t('compose.poll.send')}</Button>
      </div>
    </form>
  )
}

export function makePoll(place: Place): void {
  showModal((close) => <Dialog place={place} close={close} />, 'modal-ask')
}
