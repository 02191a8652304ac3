/** Locks between the tabs of one browser. One that refuses them shares nothing between tabs either. */

/** Do something while no other tab does what is under this name. */
export async function alone(name: string, work: () => Promise<void>): Promise<void> {
  let begun = false
  const once = (): Promise<void> => {
    begun = true
    return work()
  }
  try {
    await navigator.locks.request(name, once)
  } catch (error) {
    if (begun) throw error
    await work()
  }
}
