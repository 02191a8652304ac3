/** Asking before messages are deleted, and whether for everybody. */

import { useState } from 'preact/hooks'

import type { Message } from '../model/types.ts'
import { peer, self } from '../store.ts'
import { Button, Switch } from '../ui/kit.tsx'
import { showModal } from '../ui/overlays.tsx'
import { attempt } from '../ui/refusals.ts'
import { t } from '../words.ts'
import { remove } from './message_actions.ts'

/** Say whether the choice "for everybody" exists: between two people and in basic groups. */
function chooses(message: Message): boolean {
  const kind = peer(message.chat).peek()?.kind
  return message.id > 0 && message.chat !== self.peek() && (kind === 'user' || kind === 'group')
}

function Ask({ messages, close }: { messages: readonly Message[]; close: () => void }) {
  const [message] = messages as [Message]
  const choice = chooses(message)
  const [everybody, setEverybody] = useState(choice && message.out)
  const go = (): void => {
    close()
    void attempt(() => remove(message.chat, messages.map(({ id }) => id), everybody))
  }
  return (
    <form method="dialog" class="ask">
      <h2>{t('history.delete.ask', { n: messages.length })}</h2>
      {choice && <Switch label={t('history.delete.everybody')} on={everybody} onChange={setEverybody} />}
      <div class="modal-actions">
        <Button kind="plain" onPress={close}>
          {t('ui.cancel')}
        </Button>
        <Button kind="danger" onPress={go}>
          {t('history.delete')}
        </Button>
      </div>
    </form>
  )
}

export function askToDelete(messages: readonly Message[]): void {
  showModal((close) => <Ask messages={messages} close={close} />, 'modal-ask')
}
