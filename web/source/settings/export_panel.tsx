/** Taking one's data along: what it is to hold, when it may begin, and the file. */

import { useState } from 'preact/hooks'

import { self } from '../store.ts'
import { Button, Field, Group, PanelFrame, Switch } from '../ui/kit.tsx'
import { say } from '../ui/overlays.tsx'
import { attempt } from '../ui/refusals.ts'
import { dateAndTime } from '../ui/times.ts'
import { t } from '../words.ts'
import { type Choice, fieldsOf } from './export_rules.ts'
import { askForExport, endExport, type Export, fetchExport } from './exporting.ts'

export default function ExportPanel() {
  const [choice, setChoice] = useState<Choice>({ messages: true, files: true, since: '' })
  const [now, setNow] = useState<Export | null>(null)
  const [busy, setBusy] = useState(false)
  const run = (what: () => Promise<void>): void => {
    setBusy(true)
    void attempt(what).then(() => setBusy(false))
  }
  const fetchIt = async (number: bigint): Promise<void> => {
    const begun = await fetchExport(fieldsOf(self.peek(), number, choice))
    if (!begun) setNow(null)
    say(t(begun ? 'settings.export.comes' : 'settings.export.over'))
  }
  return (
    <PanelFrame title={t('settings.export')}>
      <Group hint={t('settings.export.text')}>
        <Switch
          label={t('settings.export.messages')}
          on={choice.messages}
          onChange={(messages) => setChoice({ ...choice, messages })}
        />
        <Switch
          label={t('settings.export.files')}
          on={choice.files}
          disabled={!choice.messages}
          onChange={(files) => setChoice({ ...choice, files })}
        />
        <div class="fields">
          <Field
            type="date"
            name="since"
            label={t('settings.export.since')}
            hint={t('settings.export.since.hint')}
            value={choice.since}
            onInput={(since) => setChoice({ ...choice, since })}
          />
        </div>
      </Group>
      <Group hint={now === null || 'waits' in now ? t('settings.export.why') : t('settings.export.runs')}>
        <div class="fields">
          {now !== null && 'waits' in now && (
            <p role="status">{t('settings.export.waits', { date: dateAndTime(now.waits) })}</p>
          )}
          {now === null || 'waits' in now ? (
            <Button busy={busy} onPress={() => run(async () => setNow(await askForExport()))}>
              {t(now === null ? 'settings.export.ask' : 'settings.export.again')}
            </Button>
          ) : (
            <>
              <Button busy={busy} onPress={() => run(() => fetchIt(now.runs))}>
                {t('settings.export.fetch')}
              </Button>
              <Button
                kind="plain"
                disabled={busy}
                onPress={() => run(() => endExport(now.runs).then(() => setNow(null)))}
              >
                {t('settings.export.end')}
              </Button>
            </>
          )}
        </div>
      </Group>
    </PanelFrame>
  )
}
