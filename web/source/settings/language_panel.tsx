/** Which language the page speaks. */

import { Icon } from '../ui/icons.tsx'
import { Group, PanelFrame, Row } from '../ui/kit.tsx'
import { attempt } from '../ui/refusals.ts'
import { LANGUAGES, type Language, language, speak, t } from '../words.ts'

export default function LanguagePanel() {
  return (
    <PanelFrame title={t('settings.language')}>
      <Group>
        {(Object.keys(LANGUAGES) as Language[]).map((one) => (
          <Row
            key={one}
            title={<span lang={one}>{LANGUAGES[one]}</span>}
            current={language.value === one}
            after={language.value === one ? <Icon name="check" /> : undefined}
            onPress={() => void attempt(() => speak(one))}
          />
        ))}
      </Group>
    </PanelFrame>
  )
}
