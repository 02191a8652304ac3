/** Choosing for whom a rule of privacy does not hold. */

import { useState } from 'preact/hooks'

import type { Peer, PeerId } from '../model/types.ts'
import { back } from '../nav.ts'
import { PanelForm } from '../groups/fields.tsx'
import { PanelFrame } from '../ui/kit.tsx'
import { attempt } from '../ui/refusals.ts'
import { t } from '../words.ts'
import { ChatsPicker } from './chats_picker.tsx'
import { type What, withSide } from './privacy_rules.ts'
import { rules, saveRules } from './privacy_state.ts'

/** People, and groups I am in. */
function mayBeNamed(one: Peer): boolean {
  if (one.kind === 'user') return one.self !== true && one.support !== true
  return one.kind !== 'channel' && one.left !== true && one.forbidden !== true
}

export default function Exceptions({ panel }: { panel: { what: What; side: 'allowed' | 'refused' } }) {
  const { what, side } = panel
  const known = rules.value.get(what)
  const [chosen, setChosen] = useState<readonly PeerId[]>(known?.[side] ?? [])
  const [busy, setBusy] = useState(false)
  if (known === undefined) return null
  const save = (): void => {
    setBusy(true)
    void attempt(async () => {
      await saveRules(what, withSide(known, side, chosen))
      await back()
    }).then(() => setBusy(false))
  }
  return (
    <PanelFrame title={t(`settings.rule.${side}`)}>
      <PanelForm button={t('ui.save')} busy={busy} onSubmit={save}>
        <ChatsPicker chosen={chosen} accepts={mayBeNamed} onChange={setChosen} />
      </PanelForm>
    </PanelFrame>
  )
}
