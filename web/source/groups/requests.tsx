/** Who asks to be let in: one by one, or all at once. */

import { useEffect, useState } from 'preact/hooks'

import type { PeerId } from '../model/types.ts'
import { openPanel } from '../nav.ts'
import { useAbout } from '../people/full.ts'
import { peer } from '../store.ts'
import { Avatar, nameOf } from '../ui/avatar.tsx'
import { Button, Empty, PanelFrame, Row, Spinner } from '../ui/kit.tsx'
import { confirm } from '../ui/overlays.tsx'
import { attempt } from '../ui/refusals.ts'
import { brief } from '../ui/times.ts'
import { t } from '../words.ts'
import { type Comer, comers, decide, decideAll } from './links.ts'

function Request({ chat, comer, settled }: { chat: PeerId; comer: Comer; settled: () => void }) {
  const who = peer(comer.user).value
  const [busy, setBusy] = useState(false)
  const say = (approved: boolean): void => {
    setBusy(true)
    void attempt(() => decide(chat, comer.user, approved)).then((done) => {
      setBusy(false)
      if (done) settled()
    })
  }
  return (
    <li class="request">
      <Row
        before={<Avatar peer={who} size={48} />}
        title={nameOf(who)}
        note={comer.about || t('groups.request.when', { date: brief(comer.date, Date.now() / 1000) })}
        onPress={() => openPanel('right', { name: 'profile', chat: comer.user })}
      />
      <div class="request-deeds">
        <Button busy={busy} onPress={() => say(true)}>
          {t('groups.request.accept')}
        </Button>
        <Button kind="plain" disabled={busy} onPress={() => say(false)}>
          {t('groups.request.decline')}
        </Button>
      </div>
    </li>
  )
}

export default function Requests({ panel }: { panel: { chat: PeerId } }) {
  const { chat } = panel
  const about = useAbout(chat)
  const [asking, setAsking] = useState<readonly Comer[] | null>(null)
  const pending = about?.pending ?? 0
  useEffect(() => {
    void attempt(async () => setAsking((await comers(chat, { requested: true })).comers))
  }, [chat, pending])
  const all = async (approved: boolean): Promise<void> => {
    const title = t(approved ? 'groups.request.all.accept.ask' : 'groups.request.all.decline.ask', { n: asking?.length ?? 0 })
    const yes = t(approved ? 'groups.request.all.accept' : 'groups.request.all.decline')
    if (!(await confirm({ title, yes, danger: !approved }))) return
    if (await attempt(() => decideAll(chat, approved))) setAsking([])
  }
  return (
    <PanelFrame title={t('groups.requests')}>
      {asking === null && (
        <div class="centred">
          <Spinner label={t('ui.loading')} />
        </div>
      )}
      {asking?.length === 0 && <Empty icon="check" title={t('groups.requests.none')} />}
      {asking !== null && asking.length > 1 && (
        <div class="link-deeds">
          <Button onPress={() => void all(true)}>{t('groups.request.all.accept')}</Button>
          <Button kind="danger" onPress={() => void all(false)}>
            {t('groups.request.all.decline')}
          </Button>
        </div>
      )}
      <ul>
        {asking?.map((one) => (
          <Request key={one.user} chat={chat} comer={one} settled={() => setAsking((those) => those?.filter(({ user }) => user !== one.user) ?? null)} />
        ))}
      </ul>
    </PanelFrame>
  )
}
