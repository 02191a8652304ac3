/** Random numbers as requests carry them. */

/** Return one of 64 bits, with a sign. By its bytes: Chrome 92 fills no array of such numbers. */
export function randomId(): bigint {
  return new DataView(crypto.getRandomValues(new Uint8Array(8)).buffer).getBigInt64(0)
}
