/** Whether a newer build of this page is there. */

import { signal } from '@preact/signals'

/** How to change over to a newer build; null while there is none. */
export const newer = signal<(() => void) | null>(null)
