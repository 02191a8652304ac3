/** Whether my account is suspended, until when, and where one objects: as the server's configuration for apps says. */

import { signal } from '@preact/signals'

import { call } from '../api.ts'
import { onForget, watch } from '../store.ts'

export interface Suspension {
  until: number // seconds of Unix time
  appeal: string // an address
}

export const suspension = signal<Suspension | null>(null)

/** Ask anew. */
export async function lookSuspended(): Promise<void> {
  const answer = await call({ _: 'help.getAppConfig', hash: 0 })
  if (answer._ !== 'help.appConfig' || answer.config._ !== 'jsonObject') return
  const said = new Map(answer.config.value.map(({ key, value }) => [key, 'value' in value ? value.value : null]))
  const until = said.get('freeze_until_date')
  const appeal = said.get('freeze_appeal_url')
  suspension.value = typeof until === 'number' && until > 0 ? { until, appeal: typeof appeal === 'string' ? appeal : '' } : null
}

watch((event) => {
  if (event.type === 'config') void lookSuspended().catch(() => undefined)
})

onForget(() => {
  suspension.value = null
})
