/** Asking before messages are deleted, and whether for everybody. */

import { useState } from 'preact/hooks'

import type { Message } from '../model/types.ts'
import { peer } from '../store.ts'
import { nameOf } from '../ui/avatar.tsx'
import { Button, Switch } from '../ui/kit.tsx'
import { showModal } from '../ui/overlays.tsx'
import { attempt } from '../ui/refusals.ts'
import { t } from '../words.ts'
import { mayDeleteForAll } from './may.ts'
import { remove } from './message_actions.ts'

interface Asked {
  messages: readonly Message[]
  done?: (() => void) | undefined
}

/** Say what deleting means here, where one cannot choose. */
function note(messages: readonly Message[]): string | null {
  const [first] = messages as [Message]
  const where = peer(first.chat).peek()
  if (first.id < 0) return null
  if (where?.kind === 'supergroup' || where?.kind === 'channel') return t('history.delete.all')
  return messages.every(mayDeleteForAll) ? null : t('history.delete.mine')
}

function Ask({ messages, done, close }: Asked & { close: () => void }) {
  const [first] = messages as [Message]
  const where = peer(first.chat).value
  const choice = messages.every(mayDeleteForAll)
  const [everybody, setEverybody] = useState(choice && messages.every(({ out }) => out))
  const go = (): void => {
    close()
    done?.()
    void attempt(() => remove(first.chat, messages.map(({ id }) => id), everybody))
  }
  const label =
    where?.kind === 'user' ? t('history.delete.both', { name: nameOf(where) }) : t('history.delete.everybody')
  const hint = note(messages)
  return (
    <form method="dialog" class="ask">
      <h2>{t('history.delete.ask', { n: messages.length })}</h2>
      {hint !== null && <p>{hint}</p>}
      {choice && <Switch label={label} on={everybody} onChange={setEverybody} />}
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

/** Ask; `done` is called once it was agreed to. */
export function askToDelete(messages: readonly Message[], done?: () => void): void {
  showModal((close) => <Ask messages={messages} done={done} close={close} />, 'modal-ask')
}
