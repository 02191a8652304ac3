/** Noticing that time has passed without this worker: a computer that slept believes in connections that are long gone. */

const TICK_MS = 2_000
const SLEPT_MS = 10_000 // between two ticks: longer than a busy machine lets a worker wait

/** Be told of each awakening. */
export function onWake(hear: () => void): void {
  let last = Date.now()
  setInterval(() => {
    const now = Date.now()
    if (now - last > SLEPT_MS) hear()
    last = now
  }, TICK_MS)
}
