/** The button that opens the emoji to choose from. */

import { IconButton } from '../ui/kit.tsx'
import { t } from '../words.ts'

export function EmojiButton({ insert }: { insert: (emoji: string) => void }) {
  return <IconButton icon="smile" label={t('compose.emoji')} onPress={() => insert('🙂')} />
}
