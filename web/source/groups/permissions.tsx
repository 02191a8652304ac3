/** What everybody in a group may do, and how fast they may write. */

import { useState } from 'preact/hooks'

import type { Peer, PeerId } from '../model/types.ts'
import { back, openPanel } from '../nav.ts'
import { type Full, useAbout } from '../people/full.ts'
import { peer } from '../store.ts'
import { Group, PanelFrame, Row } from '../ui/kit.tsx'
import { attempt } from '../ui/refusals.ts'
import { t } from '../words.ts'
import { rightWord } from './admin.tsx'
import { setPermissions, setSlowMode } from './editing.ts'
import { Check, PanelForm } from './fields.tsx'
import { memberRights, permitted } from './rights.ts'

const SLOW = [0, 5, 10, 30, 60, 300, 900, 3_600] // seconds the server takes

export function slowWord(seconds: number): string {
  if (seconds === 0) return t('groups.slow.off')
  if (seconds < 60) return t('groups.slow.seconds', { n: seconds })
  return seconds < 3_600 ? t('groups.slow.minutes', { n: seconds / 60 }) : t('groups.slow.hours', { n: seconds / 3_600 })
}

/** How long members wait between two messages, as a slider whose steps have words. */
function Slow({ value, onChange }: { value: number; onChange: (seconds: number) => void }) {
  const at = Math.max(0, SLOW.indexOf(value))
  return (
    <section class="group">
      <h3 id="slow">{t('groups.slow')}</h3>
      <div class="slider">
        <input
          type="range"
          min={0}
          max={SLOW.length - 1}
          value={at}
          aria-labelledby="slow"
          aria-valuetext={slowWord(value)}
          onInput={(event) => onChange(SLOW[Number(event.currentTarget.value)] ?? 0)}
        />
        <output>{slowWord(value)}</output>
      </div>
      <p class="hint">{t('groups.slow.note')}</p>
    </section>
  )
}

function Permissions({ where, about }: { where: Peer; about: Full }) {
  const { id: chat } = where
  const was = permitted(where.everybody, where.forum)
  const [kept, setKept] = useState<ReadonlySet<string>>(was)
  const [slow, setSlow] = useState(about.slowMode)
  const [busy, setBusy] = useState(false)
  const large = where.kind === 'supergroup'
  const same = kept.size === was.size && [...kept].every((one) => was.has(one))
  const save = (): void => {
    setBusy(true)
    void attempt(async () => {
      if (!same) await setPermissions(chat, kept)
      if (slow !== about.slowMode) await setSlowMode(chat, slow)
      await back()
    }).then(() => setBusy(false))
  }
  const toggle = (one: string, on: boolean): void => setKept(new Set(on ? [...kept, one] : [...kept].filter((other) => other !== one)))
  return (
    <PanelForm button={t('ui.save')} busy={busy} disabled={same && slow === about.slowMode} onSubmit={save}>
      <Group title={t('groups.permissions.title')}>
        {memberRights(where.forum).map((one) => (
          <Check key={one} label={rightWord(one, where.kind)} on={kept.has(one)} onChange={(on) => toggle(one, on)} />
        ))}
      </Group>
      {large && <Slow value={slow} onChange={setSlow} />}
      {large && (
        <Group>
          <Row icon="warning" title={t('groups.restricted')} after={<span class="row-count">{about.restricted}</span>} onPress={() => openPanel('right', { name: 'members', chat, kind: 'restricted' })} />
          <Row icon="block" title={t('groups.out')} after={<span class="row-count">{about.thrownOut}</span>} onPress={() => openPanel('right', { name: 'members', chat, kind: 'out' })} />
        </Group>
      )}
    </PanelForm>
  )
}

export default function PermissionsPanel({ panel }: { panel: { chat: PeerId } }) {
  const where = peer(panel.chat).value
  const about = useAbout(panel.chat)
  return (
    <PanelFrame title={t('groups.permissions')}>
      {where !== undefined && about !== null && <Permissions where={where} about={about} />}
    </PanelFrame>
  )
}
