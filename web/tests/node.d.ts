/** The little of Node that tests use. */
declare module 'node:test' {
  export function test(name: string, body: () => void | Promise<void>): void
}
declare class Buffer extends Uint8Array {
  static from(text: string | ArrayLike<number>): Buffer
  toString(encoding?: string, from?: number, to?: number): string
}
declare module 'node:assert/strict' {
  const assert: {
    equal(one: unknown, other: unknown, said?: string): void
    deepEqual(one: unknown, other: unknown, said?: string): void
    ok(value: unknown, said?: string): void
    throws(body: () => unknown): void
  }
  export default assert
}
