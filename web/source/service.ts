/** The service worker: what the browser asks of this origin, and what wakes it. A module each for what it does. */

import { takePushes } from './service/pushes.ts'
import { keepShell } from './service/shell.ts'
import { takeShares } from './service/sharing.ts'
import { serveStreams } from './service/streaming.ts'

const scope = globalThis as unknown as ServiceWorkerGlobalScope

serveStreams(scope)
keepShell(scope)
takePushes(scope)
takeShares(scope)
