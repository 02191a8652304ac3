/** How long the server is to keep a connection of which it hears nothing.
 *
 * While a call is under way the library asks it to hang up seven seconds after the ping, and pings every two; once none is, it pings
 * once a minute. So whoever did something and then only read was hung up on, and connected anew. Here the server is always asked for the
 * longer time. That a connection is dead while a call is under way the library finds by what it reads, in seven seconds as before.
 * https://core.telegram.org/mtproto/service_messages#deferred-connection-closure-ping */

import { SessionConnection } from '../../node_modules/@mtcute/core/network/session-connection.js'

const KEPT_MS = 135_000 // what the library takes where nothing is under way

interface Pinging {
  _randomDelay: number // milliseconds
  _pingDisconnectDelay: () => number
}

const pinging = SessionConnection.prototype as unknown as Pinging
pinging._pingDisconnectDelay = function (this: Pinging) {
  return KEPT_MS + this._randomDelay
}
