/** Choosing the chats that are in a folder, or left out of it. */

import { useState } from 'preact/hooks'

import { PanelForm } from '../groups/fields.tsx'
import type { Peer, PeerId } from '../model/types.ts'
import { back } from '../nav.ts'
import { PanelFrame } from '../ui/kit.tsx'
import { t } from '../words.ts'
import { ChatsPicker } from './chats_picker.tsx'
import { draft } from './folder_draft.ts'

export default function FolderChats({ panel }: { panel: { side: 'included' | 'excluded' } }) {
  const { side } = panel
  const other = side === 'included' ? 'excluded' : 'included'
  const [chosen, setChosen] = useState<readonly PeerId[]>(draft.peek()[side])
  const { shared } = draft.value
  const accepts = (one: Peer): boolean => one.left !== true && one.forbidden !== true && !(shared && one.kind === 'user')
  const take = (): void => {
    const folder = draft.peek()
    draft.value = { ...folder, [side]: chosen, [other]: folder[other].filter((id) => !chosen.includes(id)) }
    void back()
  }
  return (
    <PanelFrame title={t(`settings.folders.${side}`)}>
      <PanelForm button={t('ui.done')} onSubmit={take}>
        <ChatsPicker chosen={chosen} accepts={accepts} onChange={setChosen} />
      </PanelForm>
    </PanelFrame>
  )
}
