/** Who may see or do one thing of mine: everybody, contacts or nobody, and exceptions. */

import { useEffect, useState } from 'preact/hooks'

import { call } from '../api.ts'
import type { Answer } from '../link.ts'
import type { PeerId } from '../model/types.ts'
import { openPanel } from '../nav.ts'
import { Choices } from '../groups/fields.tsx'
import { peers } from '../store.ts'
import { nameOf } from '../ui/avatar.tsx'
import { Group, PanelFrame, Row, Spinner, Switch } from '../ui/kit.tsx'
import { attempt } from '../ui/refusals.ts'
import { language, t } from '../words.ts'
import { basesOf, sidesOf, type What } from './privacy_rules.ts'
import { loadRules, rules, saveRules } from './privacy_state.ts'

const NAMED_MAX = 3 // named in the line below, of those who are excepted

function namesOf(ids: readonly PeerId[]): string {
  if (ids.length === 0) return t('settings.rule.add')
  if (ids.length > NAMED_MAX) return t('settings.rule.count', { n: ids.length })
  const names = ids.map((id) => nameOf(peers.value.get(id)))
  return new Intl.ListFormat(language.value, { type: 'conjunction' }).format(names)
}

type Global = Answer<'account.getGlobalPrivacySettings'>

/** Whether I tell when I read what others wrote. */
function ReadTime() {
  const [global, setGlobal] = useState<Global | null>(null)
  useEffect(() => void attempt(async () => setGlobal(await call({ _: 'account.getGlobalPrivacySettings' }))), [])
  if (global === null) return null
  return (
    <Group>
      <Switch
        label={t('settings.rule.read')}
        hint={t('settings.rule.read.hint')}
        on={global.hideReadMarks === true}
        onChange={(on) => {
          const settings = { ...global, hideReadMarks: on }
          setGlobal(settings)
          void attempt(() => call({ _: 'account.setGlobalPrivacySettings', settings })).then((kept) => {
            if (!kept) setGlobal(global)
          })
        }}
      />
    </Group>
  )
}

export default function PrivacyRule({ panel }: { panel: { what: What } }) {
  const { what } = panel
  useEffect(() => void attempt(() => loadRules(what)), [what])
  const known = rules.value.get(what)
  const title = t(`settings.rule.${what}`)
  return (
    <PanelFrame title={title}>
      {known === undefined ? (
        <div class="centred">
          <Spinner label={t('ui.loading')} />
        </div>
      ) : (
        <>
          <Choices
            title={t(`settings.rule.${what}.who`)}
            hint={t(`settings.rule.${what}.hint`)}
            chosen={known.base}
            choices={basesOf(what).map((value) => ({ value, label: t(`settings.rule.${value}`) }))}
            onChange={(base) => void attempt(() => saveRules(what, { ...known, base }))}
          />
          {what !== 'found' && (
            <Group title={t('settings.rule.exceptions')} hint={t('settings.rule.exceptions.hint')}>
              {sidesOf(known.base).map((side) => (
                <Row
                  key={side}
                  icon={side === 'allowed' ? 'select' : 'block'}
                  title={t(`settings.rule.${side}`)}
                  note={namesOf(known[side])}
                  onPress={() => openPanel('left', { name: 'settings.exceptions', what, side })}
                />
              ))}
            </Group>
          )}
          {what === 'status' && known.base !== 'all' && <ReadTime />}
        </>
      )}
    </PanelFrame>
  )
}
