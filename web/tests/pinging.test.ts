import assert from 'node:assert/strict'
import { test } from 'node:test'

import '../source/engine/pinging.ts'
import { SessionConnection } from '../node_modules/@mtcute/core/network/session-connection.js'

interface Times {
  _pingDisconnectDelay(): number
  _pingMustDelay(): number
}

function times(active: boolean): Times {
  const state = { _active: active, _randomDelay: 0, _pingInterval: 60_000, _session: { lastPingRtt: 20 }, params: { isMainConnection: true } }
  return Object.assign(Object.create(SessionConnection.prototype) as Times, state)
}

test('the server is never asked to hang up before the next ping of who does nothing', () => {
  for (const active of [true, false]) {
    assert.ok(times(active)._pingDisconnectDelay() > times(false)._pingMustDelay())
  }
})
