/** Over the chats: who was last asked about, until a device of the account has answered. */

import { Asked } from '../settings/asked.tsx'
import { devices, isAsked } from '../settings/devices.ts'

export function Newcomer() {
  const one = devices.value?.find(isAsked)
  return one === undefined ? null : <Asked one={one} />
}
