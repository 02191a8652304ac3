/** What this server protects, in plain words, and what it cannot: the server says its level, the page says its build. */

import { useEffect, useState } from 'preact/hooks'

import { hexadecimal } from '../model/bytes.ts'
import { about } from '../store.ts'
import { Icon } from '../ui/icons.tsx'
import { Group, PanelFrame, Row } from '../ui/kit.tsx'
import { date } from '../ui/times.ts'
import { says, t } from '../words.ts'

/** Return the hash of the manifest that lists every file of this page with its hash. */
async function buildHash(): Promise<string> {
  const answer = await fetch('/manifest.json', { cache: 'no-cache' })
  const digest = await crypto.subtle.digest('SHA-256', await answer.arrayBuffer())
  return hexadecimal(new Uint8Array(digest))
}

function Sentence({ good, text }: { good: boolean; text: string }) {
  return (
    <li class={good ? 'trust-good' : 'trust-limit'}>
      <Icon name={good ? 'check' : 'warning'} label={t(good ? 'trust.good' : 'trust.limit')} />
      <span>{text}</span>
    </li>
  )
}

/** Say after how many days this server deletes messages, and from when on, where it does. */
function Kept({ days, from }: { days: number; from: number }) {
  if (days === 0) return null
  const begun = from * 1000 <= Date.now()
  const text = begun
    ? t('trust.messages', { n: days })
    : t('trust.messages.from', { n: days, date: date(from) })
  return <Sentence good text={text} />
}

export default function Trust() {
  const [hash, setHash] = useState('')
  useEffect(() => {
    buildHash().then(setHash, () => undefined)
  }, [])
  const said = about.value
  const level = said?.level ?? 'L0'
  const protects = `trust.${level}.protects`
  const limit = `trust.${level}.limit`
  return (
    <PanelFrame title={t('settings.trust')} wordsOnly>
      <div class="trust-level">
        <Icon name="shield" />
        <div>
          <p class="trust-name">{said?.name}</p>
          <p class="hint">{says(`trust.${level}`) ? t(`trust.${level}` as 'trust.L0') : level}</p>
        </div>
      </div>
      <Group title={t('trust.does')}>
        <ul class="trust-list">
          <Sentence good text={t('trust.wire')} />
          {says(protects) && <Sentence good text={t(protects)} />}
          <Sentence good text={t('trust.numbers')} />
          <Sentence good text={t('trust.addresses')} />
          <Kept days={said?.keep_messages_days ?? 0} from={said?.keep_messages_from ?? 0} />
        </ul>
      </Group>
      <Group title={t('trust.limits')}>
        <ul class="trust-list">
          {says(limit) && <Sentence good={false} text={t(limit)} />}
          <Sentence good={false} text={t('trust.running')} />
          <Sentence good={false} text={t('trust.kept')} />
          <Sentence good={false} text={t('trust.page')} />
        </ul>
      </Group>
      <Group title={t('trust.build')} hint={t('trust.build.hint')}>
        <Row title={t('trust.version')} after={<bdi class="row-note" dir="ltr">{said?.version}</bdi>} />
        <p class="trust-hash" dir="ltr">
          {hash}
        </p>
      </Group>
    </PanelFrame>
  )
}
