/** Adding somebody: by phone number, or by the name under which they are found. */

import { useState } from 'preact/hooks'

import { resolve } from '../chats/actions.ts'
import { PanelForm } from '../groups/fields.tsx'
import { closePanels, openChat } from '../nav.ts'
import { peers } from '../store.ts'
import { Field, PanelFrame } from '../ui/kit.tsx'
import { attempt } from '../ui/refusals.ts'
import { t } from '../words.ts'
import { keep, keepByPhone } from './contacts.ts'

const NUMBER = /^\+?[\d\s().-]{5,}$/

/** Find and keep somebody; returns who it is, or null and says why there is nobody. */
async function added(where: string, first: string, last: string): Promise<number | null> {
  if (NUMBER.test(where)) return keepByPhone(where, first, last)
  const user = await resolve(where)
  if (user === null || user < 0) return null
  const known = peers.peek().get(user)
  await keep(user, { first: first || (known?.first ?? ''), last: last || (first === '' ? (known?.last ?? '') : '') })
  return user
}

export default function AddContact() {
  const [where, setWhere] = useState('')
  const [first, setFirst] = useState('')
  const [last, setLast] = useState('')
  const [trouble, setTrouble] = useState('')
  const [busy, setBusy] = useState(false)
  const byNumber = NUMBER.test(where.trim())
  const ready = where.trim() !== '' && (!byNumber || first.trim() !== '')
  const add = (): void => {
    setBusy(true)
    setTrouble('')
    void attempt(async () => {
      const user = await added(where.trim(), first.trim(), last.trim())
      if (user === null) {
        setTrouble(t(byNumber ? 'people.number.nobody' : 'people.name.nobody'))
        return
      }
      await closePanels('left')
      openChat(user)
    }).then(() => setBusy(false))
  }
  return (
    <PanelFrame title={t('people.add')}>
      <PanelForm button={t('people.add.do')} busy={busy} disabled={!ready} onSubmit={add}>
        <div class="fields">
          <Field
            label={t('people.number.or.name')}
            name="where"
            autofocus
            autocomplete="off"
            hint={t('people.number.hint')}
            trouble={trouble || undefined}
            value={where}
            onInput={setWhere}
          />
          <Field label={t(byNumber ? 'people.first' : 'people.first.optional')} name="first" autocomplete="off" maxLength={64} value={first} onInput={setFirst} />
          <Field label={t('people.last')} name="last" autocomplete="off" maxLength={64} value={last} onInput={setLast} />
        </div>
      </PanelForm>
    </PanelFrame>
  )
}
