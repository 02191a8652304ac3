"""What this hour's machine does without the client: a mixture of JavaScript, and a bare WebSocket."""

import asyncio
import time
from statistics import median
from typing import Final

import aiohttp

from .devtools import Session

ROUNDS: Final = 15
PINGS: Final = 60
PING_PAUSE_S: Final = 0.05
# a little of what clients do: objects, maps, sorting, text, JSON, bytes, and elements that are laid out
MIXTURE: Final = """
(() => {
  const took = []
  for (let round = 0; round < %d; round++) {
    const began = performance.now()
    const known = new Map()
    for (let at = 0; at < 4000; at++) {
      known.set(at, { id: at, text: `message ${at * 7919 %% 4001}`, out: at %% 3 === 0 })
    }
    const sorted = [...known.values()].sort((one, other) => one.text < other.text ? -1 : 1)
    const again = JSON.parse(JSON.stringify(sorted.slice(0, 1000)))
    let sum = 0
    for (const { text } of again) {
      for (let at = 0; at < text.length; at++) sum = (sum * 31 + text.charCodeAt(at)) | 0
    }
    const bytes = new Uint8Array(1 << 18)
    for (let at = 0; at < bytes.length; at++) bytes[at] = (at * 17 + sum) & 255
    const box = document.createElement('div')
    for (let at = 0; at < 300; at++) {
      box.append(Object.assign(document.createElement('p'), { textContent: sorted[at].text }))
    }
    document.body.append(box)
    sum += box.offsetHeight
    box.remove()
    took.push(performance.now() - began)
  }
  took.sort((one, other) => one - other)
  return took[took.length >> 1]
})()
"""


async def mixture_ms(page: Session) -> float:
    """Return the milliseconds of a round of JavaScript."""
    return float(await page.value(MIXTURE % ROUNDS))


async def ping_ms(port: int) -> float:
    """Return the milliseconds a ping of a WebSocket takes that nobody else uses: there and back."""
    took = []
    async with (
        aiohttp.ClientSession() as http,
        http.ws_connect(
            f"http://localhost:{port}/apiws", protocols=("binary",), autoping=False
        ) as socket,
    ):
        for _ in range(PINGS):
            await asyncio.sleep(PING_PAUSE_S)  # at rest, as somebody who writes now and then
            began = time.perf_counter()
            await socket.ping()
            await socket.receive()
            took.append((time.perf_counter() - began) * 1000)
    return median(took)
