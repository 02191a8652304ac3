/** The devices that are logged in to this account, and who wants to be. */

import { useEffect } from 'preact/hooks'

import { Button, Group, PanelFrame, Row, Spinner } from '../ui/kit.tsx'
import { confirm, say } from '../ui/overlays.tsx'
import { attempt } from '../ui/refusals.ts'
import { brief } from '../ui/times.ts'
import { t } from '../words.ts'
import { Asked } from './asked.tsx'
import { type Device, devices, isAsked, loadDevices, turnOut, turnOutOthers } from './devices.ts'
import { linkDevice } from './link_device.tsx'

function describe(one: Device): string {
  const app = `${one.appName} ${one.appVersion}`.trim()
  const when = one.current === true ? t('settings.sessions.now') : brief(one.dateActive, Date.now() / 1000)
  return [app, when].filter((part) => part !== '').join(' · ')
}

function end(one: Device): void {
  const question = { title: t('settings.sessions.end.ask', { name: one.deviceModel }), yes: t('settings.sessions.end') }
  void confirm({ ...question, danger: true }).then((sure) => {
    if (sure) void attempt(() => turnOut(one))
  })
}

function endOthers(): void {
  const question = { title: t('settings.sessions.others.ask'), yes: t('settings.sessions.others.end') }
  void confirm({ ...question, danger: true }).then((sure) => {
    if (!sure) return
    void attempt(async () => {
      await turnOutOthers()
      say(t('settings.sessions.ended'))
    })
  })
}

export default function Sessions() {
  const sessions = devices.value
  useEffect(() => void attempt(loadDevices), [])
  const others = sessions?.filter((one) => one.current !== true && !isAsked(one)) ?? []
  const asked = sessions?.filter(isAsked) ?? []
  return (
    <PanelFrame title={t('settings.sessions')}>
      {sessions === null && (
        <div class="centred">
          <Spinner label={t('ui.loading')} />
        </div>
      )}
      {asked.length > 0 && (
        <Group title={t('settings.sessions.asked')} hint={t('settings.sessions.asked.hint')}>
          {asked.map((one) => (
            <Asked key={String(one.hash)} one={one} />
          ))}
        </Group>
      )}
      <Group title={t('settings.sessions.this')}>
        {sessions
          ?.filter((one) => one.current === true)
          .map((one) => <Row key="this" icon="device" title={one.deviceModel} note={describe(one)} />)}
        <Row icon="qr" title={t('settings.link')} onPress={linkDevice} />
        {others.length + asked.length > 0 && (
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
