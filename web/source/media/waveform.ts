/** The outline of a voice message: samples of five bits, packed one behind the other, the lowest bits first. Pure.
 *
 * https://core.telegram.org/constructor/documentAttributeAudio */

const BITS = 5
export const LOUDEST = (1 << BITS) - 1
export const SAMPLES = 100 // in the messages that apps send

/** Return the samples of a waveform, 0 to 31 each. */
export function unpacked(packed: Uint8Array): number[] {
  const count = Math.floor((packed.length * 8) / BITS)
  return Array.from({ length: count }, (_, at) => {
    const bit = at * BITS
    const low = packed[bit >> 3] ?? 0
    const high = packed[(bit >> 3) + 1] ?? 0
    return ((low | (high << 8)) >> (bit & 7)) & LOUDEST
  })
}

/** Return samples as they are sent. */
export function packed(samples: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(Math.ceil((samples.length * BITS) / 8))
  for (const [at, sample] of samples.entries()) {
    const bits = (Math.max(0, Math.min(LOUDEST, Math.round(sample))) << ((at * BITS) & 7)) >>> 0
    const byte = (at * BITS) >> 3
    bytes[byte] = (bytes[byte] ?? 0) | (bits & 0xff)
    if (bits > 0xff) bytes[byte + 1] = (bytes[byte + 1] ?? 0) | (bits >> 8)
  }
  return bytes
}

/** Return a number of values of which each is the highest of its stretch of others. */
export function peaks(values: ArrayLike<number>, count: number): number[] {
  return Array.from({ length: count }, (_, at) => {
    const from = Math.floor((at * values.length) / count)
    const to = Math.max(from + 1, Math.floor(((at + 1) * values.length) / count))
    let peak = 0
    for (let place = from; place < to && place < values.length; place++) {
      peak = Math.max(peak, Math.abs(values[place] ?? 0))
    }
    return peak
  })
}

/** Return the waveform of a sound, whose loudest sample is drawn as loud as there is. */
export function waveformOf(sound: ArrayLike<number>): Uint8Array {
  const found = peaks(sound, SAMPLES)
  const loudest = Math.max(...found, 0.02) // silence stays silence
  return packed(found.map((peak) => (peak / loudest) * LOUDEST))
}
