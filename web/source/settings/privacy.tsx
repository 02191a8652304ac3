/** Privacy: who may see and do what, who is kept out, and what becomes of an account nobody uses. */

import { useEffect, useState } from 'preact/hooks'

import { call } from '../api.ts'
import { openPanel } from '../nav.ts'
import type { IconName } from '../ui/icons.tsx'
import { Group, PanelFrame, Row } from '../ui/kit.tsx'
import { openMenu } from '../ui/overlays.tsx'
import { attempt } from '../ui/refusals.ts'
import { watch } from '../store.ts'
import { t } from '../words.ts'
import { sidesOf, type Rules, type What, WHATS } from './privacy_rules.ts'
import { loadRules, rules } from './privacy_state.ts'

const ICONS: Record<What, IconName> = {
  phone: 'phone',
  found: 'search',
  status: 'clock',
  photo: 'photo',
  about: 'info',
  birthday: 'cake',
  forwards: 'forward',
  calls: 'video',
  voice: 'microphone',
  groups: 'people',
}
const AWAY_MONTHS = [1, 3, 6, 12, 18, 24] as const
const MONTH_DAYS = 30
const YEAR_DAYS = 365

function monthsOf(days: number): number {
  return days < YEAR_DAYS ? Math.round(days / MONTH_DAYS) : Math.round((days / YEAR_DAYS) * 12)
}

function daysOf(months: number): number {
  return months < 12 ? months * MONTH_DAYS : Math.round((months * YEAR_DAYS) / 12)
}

/** Who may, in a line: the base and how many are excepted. */
function lineOf(known: Rules | undefined): string {
  if (known === undefined) return '…'
  const marks = { allowed: '+', refused: '−' }
  const counts = sidesOf(known.base)
    .filter((side) => known[side].length > 0)
    .map((side) => `\u2066${marks[side]}${known[side].length}\u2069`)
  const base = t(`settings.rule.${known.base}`)
  return counts.length === 0 ? base : `${base} (${counts.join(' ')})`
}

/** How many I have blocked; null until that is known. */
function useBlocked(): number | null {
  const [count, setCount] = useState<number | null>(null)
  useEffect(() => {
    const load = async (): Promise<void> => {
      const answer = await call({ _: 'contacts.getBlocked', offset: 0, limit: 1 })
      setCount(answer._ === 'contacts.blockedSlice' ? answer.count : answer.blocked.length)
    }
    void attempt(load)
    return watch(({ type }) => {
      if (type === 'blocked') void attempt(load)
    })
  }, [])
  return count
}

/** When an account is deleted that nobody uses. */
function Away() {
  const [days, setDays] = useState<number | null>(null)
  useEffect(() => void attempt(async () => setDays((await call({ _: 'account.getAccountTTL' })).days)), [])
  const choose = async (months: number): Promise<void> => {
    await call({ _: 'account.setAccountTTL', ttl: { _: 'accountDaysTTL', days: daysOf(months) } })
    setDays(daysOf(months))
  }
  return (
    <Group title={t('settings.away')} hint={t('settings.away.hint')}>
      <Row
        icon="trash"
        title={t('settings.away.if')}
        after={<span class="row-note">{days === null ? '…' : t('settings.away.months', { n: monthsOf(days) })}</span>}
        onPress={(event) =>
          openMenu(
            event.currentTarget,
            AWAY_MONTHS.map((months) => ({
              label: t('settings.away.months', { n: months }),
              do: () => void attempt(() => choose(months)),
            })),
          )
        }
      />
    </Group>
  )
}

export default function Privacy() {
  const blocked = useBlocked()
  useEffect(() => void attempt(() => Promise.all(WHATS.map(loadRules))), [])
  return (
    <PanelFrame title={t('settings.privacy')}>
      <Group>
        <Row
          icon="block"
          title={t('settings.blocked')}
          after={<span class="row-note">{blocked === null ? '…' : blocked === 0 ? t('settings.blocked.none') : blocked}</span>}
          onPress={() => openPanel('left', { name: 'settings.blocked' })}
        />
        <Row
          icon="lock"
          title={t('settings.password')}
          note={t('settings.password.note')}
          onPress={() => openPanel('left', { name: 'settings.password' })}
        />
      </Group>
      <Group title={t('settings.rules')}>
        {WHATS.map((what) => (
          <Row
            key={what}
            icon={ICONS[what]}
            title={t(`settings.rule.${what}`)}
            note={lineOf(rules.value.get(what))}
            onPress={() => openPanel('left', { name: 'settings.rule', what })}
          />
        ))}
      </Group>
      <Away />
    </PanelFrame>
  )
}
