/** Under a receipt of the public log: a button that has this browser check it, and what that showed. */

import { useState } from 'preact/hooks'

import { Icon } from '../ui/icons.tsx'
import { attempt } from '../ui/refusals.ts'
import type { Verdict } from '../verdict/verdict.ts'
import { moreWords, t } from '../words.ts'

/** `read` brings the receipt; null if it cannot be had. `save` keeps it, to be checked without this server. */
export function Receipt({ read, save }: { read: () => Promise<string | null>; save: () => void }) {
  const [busy, setBusy] = useState(false)
  const [verdict, setVerdict] = useState<Verdict | null>(null)
  const check = async (): Promise<void> => {
    setBusy(true)
    await attempt(async () => {
      await moreWords()
      const { verdictOn } = await import('../verdict/verdict.ts')
      const receipt = await read()
      const unread: Verdict = { is: 'unsure', said: [t('verdict.unsure', { why: t('media.unreachable') })] }
      setVerdict(receipt === null ? unread : await verdictOn(receipt))
    })
    setBusy(false)
  }
  return (
    <div class="receipt">
      <button type="button" class="card-button receipt-check" disabled={busy} onClick={() => void check()}>
        <Icon name="shield" />
        {t(busy ? 'receipts.checking' : 'receipts.check')}
      </button>
      <button type="button" class="card-button receipt-check" onClick={save}>
        <Icon name="download" />
        {t('receipts.save')}
      </button>
      <div role="status">
        {verdict !== null && (
          <div class={`receipt-verdict receipt-${verdict.is}`}>
            <Icon name={verdict.is === 'holds' ? 'check' : 'warning'} />
            <p dir="auto">{verdict.said.join(' ')}</p>
          </div>
        )}
      </div>
    </div>
  )
}
