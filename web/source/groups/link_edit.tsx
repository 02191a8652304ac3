/** The conditions of an invite link: until when, for how many, and whether somebody decides. */

import { useEffect, useState } from 'preact/hooks'

import type { PeerId } from '../model/types.ts'
import { back } from '../nav.ts'
import { Field, PanelFrame, Spinner, Switch } from '../ui/kit.tsx'
import { attempt } from '../ui/refusals.ts'
import { dateAndTime } from '../ui/times.ts'
import { t } from '../words.ts'
import { Choices, PanelForm, SPANS } from './fields.tsx'
import { LINK_TITLE_MAX, USES_MAX } from './limits.ts'
import { editLink, type InviteLink, linkNamed, makeLink } from './links.ts'
import { spanWord } from './restrict.tsx'

const KEPT = -1 // the choice to leave the end as it is
const LIMITS = [0, 1, 10, 100]

function Conditions({ chat, link }: { chat: PeerId; link: InviteLink | null }) {
  const [title, setTitle] = useState(link?.title ?? '')
  const [span, setSpan] = useState(link === null ? (SPANS[3] as number) : link.expires > 0 ? KEPT : 0)
  const [limit, setLimit] = useState(link?.limit ?? 0)
  const [approval, setApproval] = useState(link?.approval ?? false)
  const [busy, setBusy] = useState(false)
  const save = (): void => {
    setBusy(true)
    void attempt(async () => {
      const expires = span === KEPT ? (link?.expires ?? 0) : span === 0 ? 0 : Math.floor(Date.now() / 1000) + span
      const wanted = { title: title.trim(), expires, limit, approval }
      if (link === null) await makeLink(chat, wanted)
      else await editLink(chat, link.link, wanted)
      await back()
    }).then(() => setBusy(false))
  }
  const ends = [
    ...(link !== null && link.expires > 0 ? [{ value: KEPT, label: t('groups.until', { date: dateAndTime(link.expires) }) }] : []),
    ...SPANS.map((value) => ({ value: value as number, label: value === 0 ? t('groups.link.ever') : spanWord(value) })),
  ]
  const counts = [...new Set([...LIMITS, limit])].sort((one, other) => one - other)
  const limits = counts.map((value) => ({ value, label: value === 0 ? t('groups.link.any') : t('groups.link.people', { n: value }) }))
  return (
    <PanelForm button={t(link === null ? 'groups.link.make' : 'ui.save')} busy={busy} onSubmit={save}>
      <div class="fields">
        <Field label={t('groups.link.title')} name="title" maxLength={LINK_TITLE_MAX} value={title} hint={t('groups.link.title.hint')} onInput={setTitle} />
      </div>
      <Choices title={t('groups.link.end')} choices={ends} chosen={span} onChange={setSpan} />
      <Switch label={t('groups.approve')} hint={t('groups.link.approve.note')} on={approval} onChange={setApproval} />
      {!approval && (
        <>
          <Choices title={t('groups.link.limit')} choices={limits} chosen={limit} onChange={setLimit} />
          <div class="fields">
            <Field
              label={t('groups.link.limit.other')}
              name="limit"
              type="number"
              inputMode="numeric"
              value={limit === 0 ? '' : String(limit)}
              onInput={(text) => setLimit(Math.max(0, Math.min(USES_MAX, Math.floor(Number(text)) || 0)))}
            />
          </div>
        </>
      )}
    </PanelForm>
  )
}

export default function EditLink({ panel }: { panel: { chat: PeerId; link: string } }) {
  const { chat } = panel
  const [link, setLink] = useState<InviteLink | null>(null)
  const fresh = panel.link === ''
  useEffect(() => {
    if (!fresh) void attempt(async () => setLink(await linkNamed(chat, panel.link)))
  }, [chat, panel.link])
  return (
    <PanelFrame title={t(fresh ? 'groups.link.new' : 'groups.link.edit')}>
      {fresh || link !== null ? (
        <Conditions chat={chat} link={link} />
      ) : (
        <div class="centred">
          <Spinner label={t('ui.loading')} />
        </div>
      )}
    </PanelFrame>
  )
}
