/** Files packed by gzip, unpacked as far as they may be long. */

/** Return what was packed; null if it is longer than `most` bytes, or nothing that was packed. */
export async function unpacked(file: ArrayBuffer, most: number): Promise<Uint8Array | null> {
  if (typeof DecompressionStream === 'undefined') return null // Firefox below 113
  const pieces: Uint8Array[] = []
  let length = 0
  const reader = new Blob([file]).stream().pipeThrough(new DecompressionStream('gzip')).getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      length += value.length
      if (length > most) {
        await reader.cancel()
        return null
      }
      pieces.push(value)
    }
  } catch {
    return null
  }
  const whole = new Uint8Array(length)
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}
