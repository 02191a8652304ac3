/** Saying why a decision is wrong, from its letter: it goes to the service as an answer to that. Loaded when it is first pressed. */

import { useState } from 'preact/hooks'

import { write } from '../compose/outbox.ts'
import { Area } from '../groups/fields.tsx'
import type { Message } from '../model/types.ts'
import { Button } from '../ui/kit.tsx'
import { showModal } from '../ui/overlays.tsx'
import { attempt } from '../ui/refusals.ts'
import { t } from '../words.ts'

const COMMAND = '/appeal' // how what is said to the service begins that is for who decides on appeals
const REASONS_MAX = 4_000 // characters, as the server takes them

function Appeal({ letter, close }: { letter: Message; close: () => void }) {
  const [why, setWhy] = useState('')
  const send = (): void => {
    close()
    const text = `${COMMAND} ${why.trim()}`
    void attempt(() => write({ chat: letter.chat, top: 0, text, entities: [], reply: letter.id }))
  }
  return (
    <form
      class="ask report"
      onSubmit={(event) => {
        event.preventDefault()
        if (why.trim() !== '') send()
      }}
    >
      <h2>{t('receipts.appeal')}</h2>
      <p>{t('receipts.appeal.note')}</p>
      <Area label={t('receipts.appeal.why')} value={why} max={REASONS_MAX} rows={6} onInput={setWhy} />
      <div class="modal-actions">
        <Button kind="plain" onPress={close}>
          {t('ui.cancel')}
        </Button>
        <Button submit disabled={why.trim() === ''}>
          {t('receipts.appeal.send')}
        </Button>
      </div>
    </form>
  )
}

export function openAppeal(letter: Message): void {
  showModal((close) => <Appeal letter={letter} close={close} />, 'modal-ask')
}
