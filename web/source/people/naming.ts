/** Names inside of sentences. */

import type { Peer } from '../model/types.ts'
import { nameOf } from '../ui/avatar.tsx'
import { isolated } from '../ui/bidi.ts'

/** Return a name for the middle of a sentence, whose direction it leaves alone. */
export function named(who: Peer | undefined): string {
  return isolated(nameOf(who))
}
