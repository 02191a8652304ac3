/** A dialog that asks for one chat of the list. */

import { useState } from 'preact/hooks'

import { listed } from '../model/dialogs.ts'
import type { PeerId } from '../model/types.ts'
import { dialogs, peers, self } from '../store.ts'
import { mayPost } from '../groups/rights.ts'
import { Avatar, nameOf } from '../ui/avatar.tsx'
import { Button, Field, Row } from '../ui/kit.tsx'
import { showModal } from '../ui/overlays.tsx'
import { t } from '../words.ts'

function Picker({ title, chosen, close }: { title: string; chosen: (chat: PeerId) => void; close: () => void }) {
  const [wanted, setWanted] = useState('')
  const rows = listed(dialogs.value, 0)
    .map(({ chat }) => peers.value.get(chat))
    .filter((one) => one !== undefined && mayPost(one))
    .filter((one) => (one?.name ?? '').toLocaleLowerCase().includes(wanted.toLocaleLowerCase()))
  return (
    <div class="picker">
      <header class="picker-head">
        <h2>{title}</h2>
        <Button kind="plain" onPress={close}>
          {t('ui.cancel')}
        </Button>
      </header>
      <Field label={t('chats.search')} name="wanted" type="search" autofocus onInput={setWanted} />
      <div class="picker-list">
        {rows.map((one) => (
          <Row
            key={one?.id}
            before={<Avatar peer={one} size={40} saved={one?.id === self.value} />}
            title={one?.id === self.value ? t('ui.saved') : nameOf(one)}
            onPress={() => {
              close()
              if (one !== undefined) chosen(one.id)
            }}
          />
        ))}
      </div>
    </div>
  )
}

export function pickChat(title: string, chosen: (chat: PeerId) => void): void {
  showModal((close) => <Picker title={title} chosen={chosen} close={close} />, 'modal-picker')
}
