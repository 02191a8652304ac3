/** Recording a voice message. */

import type { Place } from '../nav.ts'
import { IconButton } from '../ui/kit.tsx'
import { t } from '../words.ts'

export function VoiceButton({ place }: { place: Place }) {
  void place
  return <IconButton icon="microphone" label={t('compose.record')} onPress={() => undefined} />
}
