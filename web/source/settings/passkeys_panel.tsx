/** The passkeys of this account: making one, and deleting those one does not have any more. */

import { useEffect, useState } from 'preact/hooks'

import { call } from '../api.ts'
import type { Answer } from '../link.ts'
import { gaveUp, knowsPasskeys, makePasskey } from '../login/passkeys.ts'
import { Button, Group, PanelFrame, Row, Spinner } from '../ui/kit.tsx'
import { confirm } from '../ui/overlays.tsx'
import { attempt } from '../ui/refusals.ts'
import { brief } from '../ui/times.ts'
import { t } from '../words.ts'
import { isPasskey } from './ways.ts'

type Passkey = Answer<'account.getPasskeys'>['passkeys'][number]

function describe({ date, lastUsageDate }: Passkey): string {
  const now = Date.now() / 1000
  if (lastUsageDate === undefined) return t('settings.passkeys.made', { date: brief(date, now) })
  return t('settings.passkeys.used', { date: brief(lastUsageDate, now) })
}

export default function Passkeys() {
  const [passkeys, setPasskeys] = useState<Passkey[] | null>(null)
  const [busy, setBusy] = useState(false)
  const load = async (): Promise<void> => {
    const { passkeys: all } = await call({ _: 'account.getPasskeys' })
    setPasskeys(all.filter(isPasskey))
  }
  useEffect(() => void attempt(load), [])
  const add = async (): Promise<void> => {
    try {
      await makePasskey()
      await load()
    } catch (error) {
      if (!gaveUp(error)) throw error
    }
  }
  const remove = (one: Passkey): void => {
    const question = { title: t('settings.passkeys.delete.ask', { name: one.name }), yes: t('settings.delete') }
    void confirm({ ...question, danger: true }).then((sure) => {
      if (!sure) return
      void attempt(async () => {
        await call({ _: 'account.deletePasskey', id: one.id })
        await load()
      })
    })
  }
  return (
    <PanelFrame title={t('settings.passkeys')}>
      {passkeys === null && (
        <div class="centred">
          <Spinner label={t('ui.loading')} />
        </div>
      )}
      {passkeys !== null && (
        <Group hint={t(knowsPasskeys() ? 'settings.passkeys.hint' : 'settings.passkeys.cannot')}>
          {passkeys.map((one) => (
            <Row
              key={one.id}
              icon="key"
              title={one.name}
              note={describe(one)}
              after={
                <Button kind="danger" onPress={() => remove(one)}>
                  {t('settings.delete')}
                </Button>
              }
            />
          ))}
          {knowsPasskeys() && (
            <div class="fields">
              <Button
                busy={busy}
                onPress={() => {
                  setBusy(true)
                  void attempt(add).then(() => setBusy(false))
                }}
              >
                {t('settings.passkeys.add')}
              </Button>
            </div>
          )}
        </Group>
      )}
    </PanelFrame>
  )
}
