import assert from 'node:assert/strict'
import { test } from 'node:test'

import { alone, mosaic, type Tile } from '../source/media/mosaic.ts'

const RATIOS = [16 / 9, 9 / 16, 1, 1.4, 0.75, 2.3, 0.77, 1.33, 1, 2.4]
const close = (one: number, other: number): boolean => Math.abs(one - other) < 0.01
const overlap = (one: Tile, other: Tile): boolean =>
  one.x + one.width > other.x + 0.01 && other.x + other.width > one.x + 0.01 &&
  one.y + one.height > other.y + 0.01 && other.y + other.height > one.y + 0.01

function* samples(): Generator<number[]> {
  for (let count = 2; count <= 10; count++) {
    for (let shift = 0; shift < RATIOS.length; shift++) {
      yield Array.from({ length: count }, (_, at) => RATIOS[(at * 3 + shift) % RATIOS.length] as number)
    }
    yield Array.from({ length: count }, () => 0.2)
    yield Array.from({ length: count }, () => 8)
  }
}

test('every picture has a place of its own, and together they fill the whole', () => {
  for (const ratios of samples()) {
    const { width, height, tiles } = mosaic(ratios)
    assert.equal(tiles.length, ratios.length)
    const covered = tiles.reduce((sum, tile) => sum + (tile.width + 2) * (tile.height + 2), 0)
    assert.ok(Math.abs(covered - (width + 2) * (height + 2)) < 0.03 * covered, ratios.join())
    for (const [at, tile] of tiles.entries()) {
      assert.ok(tile.x >= 0 && tile.y >= 0)
      assert.ok(tile.x + tile.width <= width + 0.01 && tile.y + tile.height <= height + 0.01)
      for (const other of tiles.slice(at + 1)) assert.ok(!overlap(tile, other), ratios.join())
    }
  }
})

test('no album is higher than a screen takes, and no picture too small to be seen', () => {
  for (const ratios of samples()) {
    const { height, tiles } = mosaic(ratios)
    assert.ok(height <= 520.01)
    for (const tile of tiles) assert.ok(Math.min(tile.width, tile.height) >= 55, `${ratios.join()}: ${JSON.stringify(tile)}`)
  }
})

test('two wide pictures lie one above the other, two high ones side by side', () => {
  const [upper, lower] = mosaic([16 / 9, 16 / 9]).tiles as [Tile, Tile]
  assert.ok(lower.y > upper.y && close(upper.width, 420))
  const [left, right] = mosaic([0.7, 0.7]).tiles as [Tile, Tile]
  assert.ok(close(left.y, right.y) && right.x > left.x)
})

test('a high picture first stands beside the others', () => {
  const [first, second, third] = mosaic([0.6, 1.3, 1.3]).tiles as [Tile, Tile, Tile]
  assert.ok(second.x > first.x && close(second.x, third.x) && third.y > second.y)
  assert.ok(close(first.height, third.y + third.height))
})

test('pictures whose sizes nobody knows count as squares', () => {
  assert.deepEqual(mosaic([Number.NaN, 0]), mosaic([1, 1]))
})

test('a picture alone keeps its shape as far as the screen lets it, and is never enlarged much', () => {
  assert.deepEqual(alone({ width: 1600, height: 900 }, false), { width: 420, height: 236 })
  assert.deepEqual(alone({ width: 60, height: 40 }, false), { width: 140, height: 93 })
  const high = alone({ width: 500, height: 5000 }, false)
  assert.ok(high.height <= 520 && high.width >= 140)
  assert.ok(alone({ width: 60, height: 40 }, true).width >= 300)
})
