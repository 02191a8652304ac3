/** All pinned messages of a chat or topic. */

import { MessageRow, goTo } from '../search/message_row.tsx'
import type { Panel } from '../nav.ts'
import { Button, Empty, IconButton, PanelFrame } from '../ui/kit.tsx'
import { confirm } from '../ui/overlays.tsx'
import { attempt } from '../ui/refusals.ts'
import { t } from '../words.ts'
import { mayPin } from './may.ts'
import { askToPin } from './pinning.tsx'
import { pinsOf, unpinAll } from './pins.ts'

export default function Pinned({ panel }: { panel: Extract<Panel, { name: 'pinned' }> }) {
  const { chat, top = 0 } = panel
  const messages = pinsOf(chat, top).value
  const clear = (): void => {
    void confirm({ title: t('history.pinned.clear.ask'), yes: t('history.pinned.clear'), danger: true }).then((sure) => {
      if (sure) void attempt(() => unpinAll(chat, top))
    })
  }
  const [first] = messages
  return (
    <PanelFrame title={t('history.pinned.all')}>
      {messages.length === 0 && <Empty icon="pin" title={t('history.pinned.none')} />}
      {messages.map((message) => (
        <div key={message.id} class="row-with-action">
          <MessageRow message={message} onPress={() => goTo(message)} />
          {mayPin(message) && (
            <IconButton icon="unpin" label={t('history.unpin')} onPress={() => askToPin(message, false)} />
          )}
        </div>
      ))}
      {first !== undefined && mayPin(first) && (
        <div class="panel-foot">
          <Button kind="danger" onPress={clear}>
            {t('history.pinned.clear')}
          </Button>
        </div>
      )}
    </PanelFrame>
  )
}
