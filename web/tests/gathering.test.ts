import assert from 'node:assert/strict'
import { test } from 'node:test'

import { Gathering } from '../source/gathering.ts'

/** Return a gathering, what it applied, and a way to let time pass. */
function gathering(): { it: Gathering<number>; applied: number[][]; pass: (ms: number) => void } {
  let now = 0
  let timers: { at: number; what: () => void }[] = []
  const applied: number[][] = []
  const clock = { now: () => now, after: (ms: number, what: () => void) => void timers.push({ at: now + ms, what }) }
  const pass = (ms: number): void => {
    now += ms
    const due = timers.filter(({ at }) => at <= now)
    timers = timers.filter(({ at }) => at > now)
    for (const { what } of due) what()
  }
  return { it: new Gathering((all) => void applied.push([...all]), clock), applied, pass }
}

test('what comes alone is applied at once', () => {
  const { it, applied, pass } = gathering()
  it.add([1])
  pass(100)
  it.add([2])
  assert.deepEqual(applied, [[1], [2]])
})

test('what comes fast is applied together, in order, and nothing stays behind', () => {
  const { it, applied, pass } = gathering()
  for (let n = 0; n < 100; n++) it.add([n])
  assert.deepEqual(applied, [[0]])
  pass(60)
  assert.deepEqual(applied.flat(), Array.from({ length: 100 }, (_, n) => n))
  assert.equal(applied.length, 2)
})

test('what is asked for builds on all that came before it', () => {
  const { it, applied, pass } = gathering()
  it.add([1])
  it.add([2])
  it.settle()
  assert.deepEqual(applied, [[1], [2]])
  pass(60)
  assert.equal(applied.length, 2)
})

test('whoever logs out takes nothing along', () => {
  const { it, applied, pass } = gathering()
  it.add([1])
  it.add([2])
  it.drop()
  pass(60)
  assert.deepEqual(applied, [[1]])
})
