/** What one is told of: on this device, and by the kind of chat. */

import { useEffect, useState } from 'preact/hooks'

import { call } from '../api.ts'
import { MUTED_FOR_EVER } from '../chats/actions.ts'
import { Group, PanelFrame, Switch } from '../ui/kit.tsx'
import { say } from '../ui/overlays.tsx'
import { attempt } from '../ui/refusals.ts'
import { t } from '../words.ts'
import { canNotify, turnOff, turnOn, wantsNotifications } from './push.ts'

const KINDS = [
  ['inputNotifyUsers', 'settings.notify.people'],
  ['inputNotifyChats', 'settings.notify.groups'],
  ['inputNotifyBroadcasts', 'settings.notify.channels'],
] as const
type Kind = (typeof KINDS)[number][0]

interface Choice {
  on: boolean
  previews: boolean
}

async function read(kind: Kind): Promise<Choice> {
  const settings = await call({ _: 'account.getNotifySettings', peer: { _: kind } })
  return { on: (settings.muteUntil ?? 0) < Date.now() / 1000, previews: settings.showPreviews ?? true }
}

async function write(kind: Kind, { on, previews }: Choice): Promise<void> {
  const settings = {
    _: 'inputPeerNotifySettings' as const,
    muteUntil: on ? 0 : MUTED_FOR_EVER,
    showPreviews: previews,
  }
  await call({ _: 'account.updateNotifySettings', peer: { _: kind }, settings })
}

function KindOfChat({ kind, title }: { kind: Kind; title: string }) {
  const [choice, setChoice] = useState<Choice | null>(null)
  useEffect(() => void attempt(async () => setChoice(await read(kind))), [kind])
  const change = (next: Choice): void => {
    const before = choice
    setChoice(next)
    void attempt(() => write(kind, next)).then((done) => {
      if (!done) setChoice(before)
    })
  }
  const now = choice ?? { on: true, previews: true }
  return (
    <Group title={title}>
      <Switch
        label={t('settings.notify.on')}
        on={now.on}
        disabled={choice === null}
        onChange={(on) => change({ ...now, on })}
      />
      <Switch
        label={t('settings.notify.previews')}
        on={now.previews}
        disabled={choice === null}
        onChange={(previews) => change({ ...now, previews })}
      />
    </Group>
  )
}

export default function Notifications() {
  const [here, setHere] = useState(wantsNotifications())
  const change = (on: boolean): void => {
    setHere(on)
    void attempt(async () => {
      if (!on) return turnOff()
      const allowed = await turnOn()
      setHere(allowed)
      if (!allowed) say(t('settings.notify.refused'))
      return undefined
    })
  }
  return (
    <PanelFrame title={t('settings.notifications')}>
      <Group hint={t(canNotify() ? 'settings.notify.here.hint' : 'settings.notify.cannot')}>
        <Switch label={t('settings.notify.here')} on={here} disabled={!canNotify()} onChange={change} />
      </Group>
      {KINDS.map(([kind, word]) => (
        <KindOfChat key={kind} kind={kind} title={t(word)} />
      ))}
    </PanelFrame>
  )
}
