/** Reporting: of messages by the menu the server asks with, of a person, group or channel by one reason. */

import type { TargetedEvent } from 'preact'
import { useState } from 'preact/hooks'

import { call, inputPeer } from '../api.ts'
import type { Message, Peer, PeerId } from '../model/types.ts'
import type * as api from '../translate/tl.ts'
import { Button } from '../ui/kit.tsx'
import { say, showModal } from '../ui/overlays.tsx'
import { attempt } from '../ui/refusals.ts'
import { says, t } from '../words.ts'
import { Area } from './fields.tsx'
import { COMMENT_MAX } from './limits.ts'
import { named } from '../people/naming.ts'

type Step = Extract<api.ReportResult, { _: 'reportResultChooseOption' | 'reportResultAddComment' }>

/** The server's own words, in this page's language where we know them. */
function words(option: Uint8Array, text: string): string {
  const word = `groups.report.why.${new TextDecoder().decode(option).replace(/[^a-z/]/g, '_')}`
  return says(word) ? t(word) : text
}

function Comment(props: { optional: boolean; send: (comment: string) => void; back: () => void; busy: boolean }) {
  const [comment, setComment] = useState('')
  const submit = (event: TargetedEvent<HTMLFormElement>): void => {
    event.preventDefault()
    props.send(comment.trim())
  }
  return (
    <form onSubmit={submit}>
      <Area
        label={t(props.optional ? 'groups.report.comment' : 'groups.report.comment.needed')}
        value={comment}
        max={COMMENT_MAX}
        rows={4}
        onInput={setComment}
      />
      <div class="modal-actions">
        <Button kind="plain" onPress={props.back}>
          {t('ui.back')}
        </Button>
        <Button kind="danger" submit busy={props.busy} disabled={!props.optional && comment.trim() === ''}>
          {t('groups.report.send')}
        </Button>
      </div>
    </form>
  )
}

function Reasons(props: { options: { key: string; label: string; choose: () => void }[]; busy: boolean }) {
  return (
    <div class="reasons" role="group">
      {props.options.map(({ key, label, choose }) => (
        <button key={key} type="button" class="row" disabled={props.busy} onClick={choose}>
          <span class="row-text">{label}</span>
        </button>
      ))}
    </div>
  )
}

function thank(close: () => void): void {
  close()
  say(t('groups.report.done'))
}

function MessagesReport({ chat, ids, first, close }: { chat: PeerId; ids: number[]; first: Step; close: () => void }) {
  const [steps, setSteps] = useState<readonly Step[]>([first])
  const [busy, setBusy] = useState(false)
  const step = steps.at(-1) ?? first
  const ask = (option: Uint8Array, message: string): void => {
    setBusy(true)
    void attempt(async () => {
      const answer = await call({ _: 'messages.report', peer: inputPeer(chat), id: ids, option, message })
      if (answer._ === 'reportResultReported') thank(close)
      else setSteps([...steps, answer])
    }).then(() => setBusy(false))
  }
  const title = steps.length === 1 ? t('groups.report.messages', { n: ids.length }) : t('groups.report.what')
  return (
    <div class="ask report">
      <h2>{title}</h2>
      {step._ === 'reportResultChooseOption' ? (
        <>
          <Reasons
            busy={busy}
            options={step.options.map(({ text, option }) => ({ key: text, label: words(option, text), choose: () => ask(option, '') }))}
          />
          <div class="modal-actions">
            <Button kind="plain" onPress={() => (steps.length > 1 ? setSteps(steps.slice(0, -1)) : close())}>
              {t(steps.length > 1 ? 'ui.back' : 'ui.cancel')}
            </Button>
          </div>
        </>
      ) : (
        <Comment
          optional={step.optional ?? false}
          busy={busy}
          send={(comment) => ask(step.option, comment)}
          back={() => setSteps(steps.slice(0, -1))}
        />
      )}
    </div>
  )
}

/** Report messages of one chat: the server says which reasons there are. */
export function openReport(messages: readonly Message[]): void {
  const [first] = messages
  if (first === undefined) return
  const ids = messages.map(({ id }) => id).filter((id) => id > 0)
  void attempt(async () => {
    const answer = await call({ _: 'messages.report', peer: inputPeer(first.chat), id: ids, option: new Uint8Array(), message: '' })
    if (answer._ === 'reportResultReported') say(t('groups.report.done'))
    else showModal((close) => <MessagesReport chat={first.chat} ids={ids} first={answer} close={close} />, 'modal-ask')
  })
}

const REASONS = {
  Spam: 'scam',
  Fake: 'fake',
  Violence: 'violence',
  Pornography: 'adult',
  ChildAbuse: 'child_abuse',
  IllegalDrugs: 'illegal_goods',
  PersonalDetails: 'personal_data',
  Copyright: 'copyright',
  Other: 'other',
} as const
type Reason = keyof typeof REASONS

function PeerReport({ who, close }: { who: Peer; close: () => void }) {
  const [reason, setReason] = useState<Reason | null>(null)
  const [busy, setBusy] = useState(false)
  const send = (message: string): void => {
    if (reason === null) return
    setBusy(true)
    void attempt(async () => {
      await call({ _: 'account.reportPeer', peer: inputPeer(who.id), reason: { _: `inputReportReason${reason}` }, message })
      thank(close)
    }).then(() => setBusy(false))
  }
  return (
    <div class="ask report">
      <h2>{t('groups.report.peer', { name: named(who) })}</h2>
      {reason === null ? (
        <>
          <p>{t('groups.report.note')}</p>
          <Reasons
            busy={busy}
            options={(Object.keys(REASONS) as Reason[]).map((key) => ({
              key,
              label: t(`groups.report.why.${REASONS[key]}`),
              choose: () => setReason(key),
            }))}
          />
          <div class="modal-actions">
            <Button kind="plain" onPress={close}>
              {t('ui.cancel')}
            </Button>
          </div>
        </>
      ) : (
        <Comment optional={reason !== 'Other'} busy={busy} send={send} back={() => setReason(null)} />
      )}
    </div>
  )
}

/** Report a person, group or channel as such. */
export function openPeerReport(who: Peer): void {
  showModal((close) => <PeerReport who={who} close={close} />, 'modal-ask')
}
