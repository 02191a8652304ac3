/** The ways to the server: its own address, and the mirrors it was known to have when it could be reached last. */

const WAY_MS = 8_000 // after which a way that says nothing is given up, where there is another
const OWN_AGAIN_MS = 600_000 // after which the server's own address is tried first once more

/** Where the server was found last, and where else it is to be found: origins, '' for the one this page is from. */
export class Ways {
  private ways: string[] = ['']
  private at = 0 // which of them worked last
  private since = 0 // when that was found out

  constructor(
    private readonly now: () => number = Date.now,
    private readonly giveUpMs = WAY_MS,
  ) {}

  /** Know these mirrors from now on; the way that worked last stays the first if it is among them. */
  know(mirrors: readonly string[]): void {
    const used = this.ways[this.at]
    this.ways = ['', ...mirrors.filter((one) => one !== '')]
    this.at = Math.max(0, this.ways.indexOf(used ?? ''))
  }

  /** Go by the first way that leads on, from the one that did last; rejects as the last one did if none does. */
  async go<T>(by: (origin: string, signal: AbortSignal) => Promise<T>): Promise<T> {
    if (this.at !== 0 && this.now() - this.since > OWN_AGAIN_MS) this.at = 0
    const { ways, at } = this
    let failed: unknown
    for (const origin of [...ways.slice(at), ...ways.slice(0, at)]) {
      try {
        const found = await this.inTime((signal) => by(origin, signal))
        if (origin !== ways[this.at]) this.since = this.now()
        this.at = Math.max(0, this.ways.indexOf(origin))
        return found
      } catch (error) {
        failed = error
      }
    }
    throw failed
  }

  /** The only way is waited for as long as it takes; of several, one that says nothing must not hold up the others. */
  private async inTime<T>(by: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const abort = new AbortController()
    if (this.ways.length === 1) return by(abort.signal)
    const timer = setTimeout(() => abort.abort(new TypeError('no answer')), this.giveUpMs)
    try {
      return await Promise.race([
        by(abort.signal),
        new Promise<never>((_, fail) => {
          abort.signal.addEventListener('abort', () => fail(abort.signal.reason as Error))
        }),
      ])
    } finally {
      clearTimeout(timer)
    }
  }
}
