/** The folder that is being made or edited, before it is kept. */

import { signal } from '@preact/signals'

import { onEnd } from '../api.ts'
import { type Folder, NEW } from './folder_rules.ts'

export const draft = signal<Folder>(NEW)

onEnd(() => {
  draft.value = NEW
})
