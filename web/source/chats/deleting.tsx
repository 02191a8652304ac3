/** Asking before a conversation is cleared or deleted, and whether for the other person too. */

import { useState } from 'preact/hooks'

import type { Peer } from '../model/types.ts'
import { closeChat, place } from '../nav.ts'
import { self } from '../store.ts'
import { nameOf } from '../ui/avatar.tsx'
import { Button, Switch } from '../ui/kit.tsx'
import { showModal } from '../ui/overlays.tsx'
import { attempt } from '../ui/refusals.ts'
import { t } from '../words.ts'
import * as actions from './actions.ts'

interface Asked {
  where: Peer
  clear: boolean // the chat stays in the list, empty
}

function Ask({ where, clear, close }: Asked & { close: () => void }) {
  const saved = where.id === self.value
  const name = saved ? t('ui.saved') : nameOf(where)
  const choice = where.kind === 'user' && !saved && where.support !== true && where.deleted !== true
  const [both, setBoth] = useState(false)
  const go = (): void => {
    close()
    void attempt(async () => {
      if (clear) await actions.clear(where.id, both)
      else {
        await actions.remove(where.id, both)
        if (place.peek()?.chat === where.id) closeChat()
      }
    })
  }
  return (
    <form method="dialog" class="ask">
      <h2>{t(clear ? 'chats.clear.ask' : 'chats.delete.ask', { name })}</h2>
      <p>{t(both ? 'chats.delete.note.both' : 'chats.delete.note', { name })}</p>
      {choice && <Switch label={t('chats.delete.both', { name })} on={both} onChange={setBoth} />}
      <div class="modal-actions">
        <Button kind="plain" onPress={close}>
          {t('ui.cancel')}
        </Button>
        <Button kind="danger" onPress={go}>
          {t(clear ? 'chats.clear' : 'chats.delete')}
        </Button>
      </div>
    </form>
  )
}

export function askToDelete(where: Peer): void {
  showModal((close) => <Ask where={where} clear={false} close={close} />, 'modal-ask')
}

export function askToClear(where: Peer): void {
  showModal((close) => <Ask where={where} clear close={close} />, 'modal-ask')
}
