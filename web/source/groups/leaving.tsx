/** Asking before one leaves a group or channel; whoever made it may end it for all instead. */

import { useState } from 'preact/hooks'

import { remove } from '../chats/actions.ts'
import type { Peer } from '../model/types.ts'
import type { Full } from '../people/full.ts'
import { closeChat, closePanels, place } from '../nav.ts'
import { Button, Switch } from '../ui/kit.tsx'
import { showModal } from '../ui/overlays.tsx'
import { attempt } from '../ui/refusals.ts'
import { t } from '../words.ts'
import { destroy } from './editing.ts'
import { named } from '../people/naming.ts'

function Ask(props: { where: Peer; mayDelete: boolean; all: boolean; close: () => void }) {
  const { where, mayDelete, close } = props
  const [whole, setWhole] = useState(props.all)
  const name = named(where)
  const go = (): void => {
    close()
    void attempt(async () => {
      await (whole ? destroy(where.id) : remove(where.id))
      await closePanels('right')
      if (place.peek()?.chat === where.id) closeChat()
    })
  }
  return (
    <form method="dialog" class="ask">
      <h2>{t(whole ? 'groups.delete.ask' : 'chats.leave.ask', { name })}</h2>
      <p>
        {t(whole ? 'groups.delete.note' : where.creator === true ? 'groups.leave.creator' : where.username === '' ? 'groups.leave.private' : 'groups.leave.public')}
      </p>
      {mayDelete && <Switch label={t('groups.delete.all')} on={whole} onChange={setWhole} />}
      <div class="modal-actions">
        <Button kind="plain" onPress={close}>
          {t('ui.cancel')}
        </Button>
        <Button kind="danger" onPress={go}>
          {t(whole ? 'groups.delete' : 'chats.leave')}
        </Button>
      </div>
    </form>
  )
}

/** Ask; `all`: what is meant is to end it for everybody. */
export function openLeaving(where: Peer, about: Full | null, all = false): void {
  const mayDelete = where.creator === true && (where.kind === 'group' || about?.mayDelete === true)
  showModal((close) => <Ask where={where} mayDelete={mayDelete} all={all && mayDelete} close={close} />, 'modal-ask')
}
