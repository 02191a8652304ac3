/** An animated sticker: it moves while it is seen, stands still where pictures may not move, and shows nothing where it cannot be drawn. */

import { useEffect, useRef } from 'preact/hooks'

import { mayMove, useSeen } from '../media/near.ts'
import { frameOf, isSlow, shapeOf } from './drawing.ts'

const FRAME_MS = 33 // between two frames of one sticker

export interface DrawnProps {
  name: string // of the file: the same one is unpacked once
  file: () => Promise<Blob | null>
  width: number // CSS pixels
  height: number
  moves?: boolean // as long as it is seen; otherwise its first frame
  shown: () => void // the first frame is there
}

export default function Drawn({ name, file, width, height, moves = true, shown }: DrawnProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const played = useRef(0) // milliseconds
  const begun = useRef(false)
  const seen = useSeen(canvas)
  const plays = moves && seen && mayMove()
  const wanted = plays || (seen && !begun.current)
  const [wide, high] = [width, height].map((side) => Math.max(1, Math.round(side * devicePixelRatio))) as [number, number]
  useEffect(() => {
    let on = wanted
    const drawOne = async (at: number): Promise<boolean> => {
      const shape = await shapeOf(name, file)
      if (shape === null || !on) return false
      const frame = await frameOf(name, Math.floor((at / 1000) * shape.rate) % shape.frames, wide, high)
      if (!on || frame === null) {
        frame?.close()
        return on // let go meanwhile: loaded again by the next one
      }
      canvas.current?.getContext('bitmaprenderer')?.transferFromImageBitmap(frame)
      if (!begun.current) shown()
      begun.current = true
      return plays && !isSlow(name)
    }
    const play = async (): Promise<void> => {
      let before = performance.now()
      while (await drawOne(played.current)) {
        await new Promise((go) => setTimeout(go, FRAME_MS - Math.min(FRAME_MS, performance.now() - before)))
        const now = performance.now()
        played.current += now - before
        before = now
      }
    }
    if (on) void play()
    return () => {
      on = false
    }
  }, [name, plays, wanted, wide, high])
  return <canvas ref={canvas} class="drawn" width={wide} height={high} aria-hidden="true" />
}
