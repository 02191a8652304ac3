/** The page of somebody who is logged in: the list of chats, the open conversation, and panels over and beside them. */

import { ChatsPane } from '../chats/pane.tsx'
import { left, place, right } from '../nav.ts'
import { t } from '../words.ts'
import { Conversation } from './conversation.tsx'
import { PanelView } from './panels.tsx'

export function Main() {
  const panels = left.value
  const beside = right.value
  const names = ['pane']
  if (place.value !== null) names.push('chosen')
  if (beside.length > 0) names.push('beside')
  return (
    <div class={names.join(' ')}>
      <div class="pane-left" role={place.value === null ? 'main' : undefined}>
        {place.value === null && <h1 class="unseen">{t('chats.title')}</h1>}
        <ChatsPane inert={panels.length > 0} />
        {panels.map((panel, at) => (
          <div key={`${at}/${panel.name}`} class="pane-over" inert={at < panels.length - 1}>
            <PanelView panel={panel} />
          </div>
        ))}
      </div>
      <Conversation />
      {beside.length > 0 && (
        <aside class="pane-right">
          {beside.map((panel, at) => (
            <div key={`${at}/${panel.name}`} class="pane-over" inert={at < beside.length - 1}>
              <PanelView panel={panel} />
            </div>
          ))}
        </aside>
      )}
    </div>
  )
}
