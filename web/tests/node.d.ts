/** The little of Node that tests use. */
declare module 'node:test' {
  export function test(name: string, body: () => void | Promise<void>): void
}
declare module 'node:fs' {
  export function readdirSync(path: string): string[]
  export function readFileSync(path: string): Buffer
}
declare module 'node:zlib' {
  export function gunzipSync(bytes: Uint8Array): Buffer
  export function gzipSync(bytes: Uint8Array): Buffer
}
declare class Buffer extends Uint8Array {
  static alloc(size: number): Buffer
  static from(text: string | ArrayLike<number>): Buffer
  toString(encoding?: string, from?: number, to?: number): string
}
declare module 'node:assert/strict' {
  const assert: {
    equal(one: unknown, other: unknown, said?: string): void
    notEqual(one: unknown, other: unknown, said?: string): void
    deepEqual(one: unknown, other: unknown, said?: string): void
    ok(value: unknown, said?: string): void
    throws(body: () => unknown): void
  }
  export default assert
}
