/** What one member may do, and until when they may not do the rest. */

import { useState } from 'preact/hooks'

import type { Peer, PeerId } from '../model/types.ts'
import { back } from '../nav.ts'
import { peer } from '../store.ts'
import { Group, PanelFrame, Row, Spinner } from '../ui/kit.tsx'
import { confirm } from '../ui/overlays.tsx'
import { attempt } from '../ui/refusals.ts'
import { dateAndTime } from '../ui/times.ts'
import { t } from '../words.ts'
import { rightWord, useMember, Whom } from './admin.tsx'
import { Check, Choices, DAY_S, PanelForm, SPANS } from './fields.tsx'
import type { Member } from './member.ts'
import { ban, pardon, restrict } from './members.ts'
import { endOf, memberRights, permitted } from './rights.ts'
import { named } from '../people/naming.ts'

/** Return the words for a stretch of time; 0: for ever. */
export function spanWord(seconds: number): string {
  if (seconds === 0) return t('groups.span.ever')
  return seconds < DAY_S ? t('groups.span.hours', { n: seconds / 3_600 }) : t('groups.span.days', { n: seconds / DAY_S })
}

const KEPT_END = -1 // the choice to leave the end as it is

function Limits({ where, member, user }: { where: Peer; member: Member | null; user: PeerId }) {
  const everybody = permitted(where.everybody, where.forum)
  const was = member?.role === 'restricted'
  const start = new Set([...permitted(was ? member.banned : null, where.forum)].filter((one) => everybody.has(one)))
  const [kept, setKept] = useState<ReadonlySet<string>>(start)
  const end = was ? endOf(member.banned) : 0
  const [span, setSpan] = useState(was && end > 0 ? KEPT_END : 0)
  const [busy, setBusy] = useState(false)
  const until = (): number => (span === KEPT_END ? end : span === 0 ? 0 : Math.floor(Date.now() / 1000) + span)
  const run = (what: () => Promise<void>): void => {
    setBusy(true)
    void attempt(async () => {
      await what()
      await back()
    }).then(() => setBusy(false))
  }
  const throwOut = async (): Promise<void> => {
    const name = named(peer(user).peek())
    const text = `${t('groups.remove.note')} ${until() === 0 ? '' : t('groups.until', { date: dateAndTime(until()) })}`.trim()
    const sure = await confirm({ title: t('groups.remove.ask', { name }), text, yes: t('groups.remove'), danger: true })
    if (sure) run(() => ban(where.id, user, until()))
  }
  const choices = [
    ...(was && end > 0 ? [{ value: KEPT_END, label: t('groups.until', { date: dateAndTime(end) }) }] : []),
    ...SPANS.map((value) => ({ value: value as number, label: spanWord(value) })),
  ]
  const toggle = (one: string, on: boolean): void => setKept(new Set(on ? [...kept, one] : [...kept].filter((other) => other !== one)))
  return (
    <PanelForm button={t('ui.save')} busy={busy} onSubmit={() => run(() => restrict(where.id, user, kept, until()))}>
      <Whom user={user} note={t(was ? 'groups.role.restricted' : 'groups.role.member')} />
      <Group title={t('groups.restrict.title')}>
        {memberRights(where.forum).map((one) => (
          <Check
            key={one}
            label={rightWord(one, where.kind)}
            {...(everybody.has(one) ? {} : { note: t('groups.nobody') })}
            on={kept.has(one)}
            disabled={!everybody.has(one)}
            onChange={(on) => toggle(one, on)}
          />
        ))}
      </Group>
      <Choices title={t('groups.span')} choices={choices} chosen={span} onChange={setSpan} />
      <Group>
        {was && <Row icon="check" title={t('groups.pardon')} onPress={() => run(() => pardon(where.id, user))} />}
        <Row icon="block" danger title={t('groups.remove')} onPress={() => void throwOut()} />
      </Group>
    </PanelForm>
  )
}

export default function Restrict({ panel }: { panel: { chat: PeerId; user: PeerId } }) {
  const where = peer(panel.chat).value
  const found = useMember(panel.chat, panel.user)
  return (
    <PanelFrame title={t('groups.restrict')}>
      {where === undefined || found === undefined ? (
        <div class="centred">
          <Spinner label={t('ui.loading')} />
        </div>
      ) : (
        <Limits where={where} member={found} user={panel.user} />
      )}
    </PanelFrame>
  )
}
