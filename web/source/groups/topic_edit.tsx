/** A new topic, or another name for one. */

import { useState } from 'preact/hooks'

import type { PeerId } from '../model/types.ts'
import { back, openChat } from '../nav.ts'
import { forums } from '../store.ts'
import { Field, PanelFrame } from '../ui/kit.tsx'
import { attempt } from '../ui/refusals.ts'
import { t } from '../words.ts'
import { PanelForm } from './fields.tsx'
import { TOPIC_MAX } from './limits.ts'
import { TopicIcon } from './topic_icon.tsx'
import { COLOURS, makeTopic, renameTopic } from './topics.ts'

export default function EditTopic({ panel }: { panel: { chat: PeerId; topic: number } }) {
  const { chat, topic: id } = panel
  const known = forums.peek().get(chat)?.byId.get(id)
  const [title, setTitle] = useState(known?.title ?? '')
  const [colour, setColour] = useState<number>(known?.colour ?? COLOURS[0])
  const [busy, setBusy] = useState(false)
  const fresh = id === 0
  const save = (): void => {
    setBusy(true)
    void attempt(async () => {
      const made = fresh ? await makeTopic(chat, title.trim(), colour) : 0
      if (!fresh) await renameTopic(chat, id, title.trim())
      await back()
      if (made > 0) openChat(chat, { top: made })
    }).then(() => setBusy(false))
  }
  const same = !fresh && title.trim() === known?.title
  return (
    <PanelFrame title={t(fresh ? 'groups.topic.new' : 'groups.topic.edit')}>
      <PanelForm button={t(fresh ? 'groups.create' : 'ui.save')} busy={busy} disabled={title.trim() === '' || same} onSubmit={save}>
        <div class="topic-preview">
          <TopicIcon topic={{ id: fresh ? -1 : id, title: title || '#', colour }} />
        </div>
        <div class="fields">
          <Field label={t('groups.topic.title')} name="title" autofocus maxLength={TOPIC_MAX} value={title} onInput={setTitle} />
        </div>
        {fresh && (
          <fieldset class="group choices">
            <legend>{t('groups.topic.colour')}</legend>
            <div class="swatches">
              {COLOURS.map((one, at) => (
                <label key={one} class={`swatch topic-colour-${at}`}>
                  <input
                    type="radio"
                    name="colour"
                    aria-label={t('groups.topic.colour.n', { n: at + 1 })}
                    checked={one === colour}
                    onChange={() => setColour(one)}
                  />
                </label>
              ))}
            </div>
          </fieldset>
        )}
      </PanelForm>
    </PanelFrame>
  )
}
