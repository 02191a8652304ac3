/** The service worker: what the browser asks of this origin, and what wakes it. A module each for what it does. */

import { serveStreams } from './service/streaming.ts'

serveStreams(globalThis as unknown as ServiceWorkerGlobalScope)
