/** The devices that are logged in to this account. */

import { useEffect, useState } from 'preact/hooks'

import { call } from '../api.ts'
import type { Answer } from '../link.ts'
import { Button, Group, PanelFrame, Row, Spinner } from '../ui/kit.tsx'
import { confirm, say } from '../ui/overlays.tsx'
import { attempt } from '../ui/refusals.ts'
import { brief } from '../ui/times.ts'
import { t } from '../words.ts'
import { linkDevice } from './link_device.tsx'

type Session = Answer<'account.getAuthorizations'>['authorizations'][number]

function describe(one: Session): string {
  const app = `${one.appName} ${one.appVersion}`.trim()
  const when = one.current === true ? t('settings.sessions.now') : brief(one.dateActive, Date.now() / 1000)
  return [app, when].filter((part) => part !== '').join(' · ')
}

export default function Sessions() {
  const [sessions, setSessions] = useState<Session[] | null>(null)
  const load = async (): Promise<void> => {
    setSessions((await call({ _: 'account.getAuthorizations' })).authorizations)
  }
  useEffect(() => void attempt(load), [])
  const end = (one: Session): void => {
    const question = { title: t('settings.sessions.end.ask', { name: one.deviceModel }), yes: t('settings.sessions.end') }
    void confirm({ ...question, danger: true }).then((sure) => {
      if (!sure) return
      void attempt(async () => {
        await call({ _: 'account.resetAuthorization', hash: one.hash })
        await load()
      })
    })
  }
  const endOthers = (): void => {
    const question = { title: t('settings.sessions.others.ask'), yes: t('settings.sessions.others.end') }
    void confirm({ ...question, danger: true }).then((sure) => {
      if (!sure) return
      void attempt(async () => {
        await call({ _: 'auth.resetAuthorizations' })
        await load()
        say(t('settings.sessions.ended'))
      })
    })
  }
  const others = sessions?.filter((one) => one.current !== true) ?? []
  return (
    <PanelFrame title={t('settings.sessions')}>
      {sessions === null && (
        <div class="centred">
          <Spinner label={t('ui.loading')} />
        </div>
      )}
      <Group title={t('settings.sessions.this')}>
        {sessions
          ?.filter((one) => one.current === true)
          .map((one) => <Row key="this" icon="device" title={one.deviceModel} note={describe(one)} />)}
        <Row icon="qr" title={t('settings.link')} onPress={linkDevice} />
        {others.length > 0 && (
          <Row icon="block" title={t('settings.sessions.others.end')} danger onPress={endOthers} />
        )}
      </Group>
      {others.length > 0 && (
        <Group title={t('settings.sessions.others')} hint={t('settings.sessions.hint')}>
          {others.map((one) => (
            <Row
              key={String(one.hash)}
              icon="device"
              title={one.deviceModel}
              note={describe(one)}
              after={
                <Button kind="danger" onPress={() => end(one)}>
                  {t('settings.sessions.end')}
                </Button>
              }
            />
          ))}
        </Group>
      )}
    </PanelFrame>
  )
}
