/** Asking before a message is pinned: whether the members are told, or the other person sees it too. */

import { useState } from 'preact/hooks'

import type { Message } from '../model/types.ts'
import { peer, self } from '../store.ts'
import { nameOf } from '../ui/avatar.tsx'
import { Button, Switch } from '../ui/kit.tsx'
import { confirm, showModal } from '../ui/overlays.tsx'
import { attempt } from '../ui/refusals.ts'
import { t } from '../words.ts'
import { pin } from './message_actions.ts'

function Ask({ message, close }: { message: Message; close: () => void }) {
  const where = peer(message.chat).value
  const person = where?.kind === 'user' && message.chat !== self.value
  const group = where?.kind === 'group' || where?.kind === 'supergroup'
  const [told, setTold] = useState(true)
  const go = (): void => {
    close()
    void attempt(() => pin(message, true, { silent: group && !told, oneside: person && !told }))
  }
  return (
    <form method="dialog" class="ask">
      <h2>{t('history.pin.ask')}</h2>
      {group && <Switch label={t('history.pin.tell')} on={told} onChange={setTold} />}
      {person && <Switch label={t('history.pin.both', { name: nameOf(where) })} on={told} onChange={setTold} />}
      <div class="modal-actions">
        <Button kind="plain" onPress={close}>
          {t('ui.cancel')}
        </Button>
        <Button onPress={go}>{t('history.pin')}</Button>
      </div>
    </form>
  )
}

export function askToPin(message: Message, pinned: boolean): void {
  if (pinned) {
    showModal((close) => <Ask message={message} close={close} />, 'modal-ask')
    return
  }
  void confirm({ title: t('history.unpin.ask'), yes: t('history.unpin') }).then((sure) => {
    if (sure) void attempt(() => pin(message, false))
  })
}
