/** Colours and the size of texts, for this device. */

import { Icon } from '../ui/icons.tsx'
import { Group, PanelFrame, Row } from '../ui/kit.tsx'
import { t } from '../words.ts'
import { TEXT_SIZES, textSize, theme, THEMES } from './appearance.ts'

export default function AppearancePanel() {
  const at = TEXT_SIZES.findIndex((one) => one === textSize.value)
  return (
    <PanelFrame title={t('settings.appearance')}>
      <Group title={t('settings.theme')}>
        {THEMES.map((one) => (
          <Row
            key={one}
            title={t(`settings.theme.${one}`)}
            current={theme.value === one}
            after={theme.value === one ? <Icon name="check" /> : undefined}
            onPress={() => {
              theme.value = one
            }}
          />
        ))}
      </Group>
      <Group title={t('settings.size')} hint={t('settings.device')}>
        <label class="slider">
          <span class="slider-small" aria-hidden="true">
            A
          </span>
          <input
            type="range"
            min={0}
            max={TEXT_SIZES.length - 1}
            step={1}
            value={at}
            aria-label={t('settings.size')}
            aria-valuetext={`${textSize.value}`}
            onInput={(event) => {
              textSize.value = TEXT_SIZES[Number(event.currentTarget.value)] ?? textSize.peek()
            }}
          />
          <span class="slider-large" aria-hidden="true">
            A
          </span>
        </label>
      </Group>
    </PanelFrame>
  )
}
