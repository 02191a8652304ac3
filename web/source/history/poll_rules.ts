/** What a poll shows of its results. Pure. */

import type { Poll } from '../model/types.ts'

/** Say whether results are shown: to who has voted, and once it is closed. */
export function showsResults(poll: Poll): boolean {
  return poll.closed || poll.options.some(({ chosen }) => chosen)
}

/** Return whole percents for each option; where everybody chose one, they make up 100. */
export function percents({ options, voters, several }: Pick<Poll, 'options' | 'voters' | 'several'>): number[] {
  if (voters === 0) return options.map(() => 0)
  const exact = options.map(({ votes }) => (votes * 100) / voters)
  if (several) return exact.map((one) => Math.round(one))
  const whole = exact.map((one) => Math.floor(one))
  const votes = options.reduce((sum, one) => sum + one.votes, 0)
  let missing = votes === voters ? 100 - whole.reduce((sum, one) => sum + one, 0) : 0
  const byRest = exact.map((one, at) => ({ at, rest: one - Math.floor(one) })).sort((one, other) => other.rest - one.rest)
  for (const { at, rest } of byRest) {
    if (missing <= 0 || rest === 0) break
    whole[at] = (whole[at] ?? 0) + 1
    missing--
  }
  return whole
}

/** Return the bytes an option is called by. */
export function optionBytes(key: string): Uint8Array {
  return Uint8Array.from(key.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}
