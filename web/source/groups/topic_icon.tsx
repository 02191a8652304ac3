/** The icon of a topic: its first letter on its colour. */

import { GENERAL, type Topic } from '../model/types.ts'
import { Icon } from '../ui/icons.tsx'
import { colourAt } from './topics.ts'

export function TopicIcon({ topic }: { topic: Pick<Topic, 'id' | 'title' | 'colour'> }) {
  if (topic.id === GENERAL) {
    return (
      <span class="topic-icon topic-general" aria-hidden="true">
        <Icon name="topic" />
      </span>
    )
  }
  return (
    <span class={`topic-icon topic-colour-${colourAt(topic)}`} aria-hidden="true">
      {([...topic.title.trim()][0] ?? '#').toLocaleUpperCase()}
    </span>
  )
}
