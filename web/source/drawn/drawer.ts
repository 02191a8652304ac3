/** The worker that draws animated stickers, apart from the page and from the session: whoever makes it hang loses it, and nothing else. */

import './stage.ts'

import lottie from 'lottie-web/build/player/esm/lottie_light_canvas.min.js'

import type { Question, Reply, Told } from './protocol.ts'
import { BYTES_MAX, checked, shapeOf } from './rules.ts'
import { unpacked } from './unpacking.ts'

const SIDE_MAX = 768 // pixels of what is drawn

interface Drawn {
  animation: ReturnType<typeof lottie.loadAnimation> | null // made for a size when it is first drawn
  data: string // each is made from its own: the library changes what it is given
  canvas: OffscreenCanvas
}

const drawings = new Map<string, Drawn>()

async function load(name: string, file: ArrayBuffer): Promise<Reply> {
  const bytes = await unpacked(file, BYTES_MAX)
  if (bytes === null) return null
  const animation = checked(JSON.parse(new TextDecoder().decode(bytes)))
  if (animation === null) return null
  drawings.set(name, { animation: null, data: JSON.stringify(animation), canvas: new OffscreenCanvas(1, 1) })
  return shapeOf(animation)
}

function animated(drawn: Drawn, width: number, height: number): NonNullable<Drawn['animation']> {
  const { canvas } = drawn
  if (drawn.animation !== null && canvas.width === width && canvas.height === height) return drawn.animation
  drop(drawn)
  drawn.canvas = new OffscreenCanvas(width, height)
  const context = drawn.canvas.getContext('2d')
  if (context === null) throw new Error('no canvas')
  drawn.animation = lottie.loadAnimation({
    renderer: 'canvas',
    autoplay: false,
    animationData: JSON.parse(drawn.data) as unknown,
    rendererSettings: { context, clearCanvas: true },
  })
  return drawn.animation
}

function draw({ draw: name, frame, width, height }: Extract<Question, { draw: string }>): Reply {
  const drawn = drawings.get(name)
  if (drawn === undefined) return null
  animated(drawn, Math.min(width, SIDE_MAX), Math.min(height, SIDE_MAX)).goToAndStop(frame, true)
  // a copy: what the library did not have to draw anew stays on its own canvas
  const shown = new OffscreenCanvas(drawn.canvas.width, drawn.canvas.height)
  shown.getContext('2d')?.drawImage(drawn.canvas, 0, 0)
  return shown.transferToImageBitmap()
}

function drop({ animation }: Drawn): void {
  animation?.destroy()
}

async function answered(asked: Question): Promise<Reply> {
  try {
    return 'load' in asked ? await load(asked.load, asked.file) : draw(asked)
  } catch {
    return null // no file of this kind, or one that leads the library astray
  }
}

const scope = globalThis as unknown as {
  onmessage: ((event: MessageEvent<Told>) => void) | null
  postMessage(reply: Reply, given: Transferable[]): void
}

scope.onmessage = ({ data }) => {
  if ('drop' in data) {
    const drawn = drawings.get(data.drop)
    if (drawn !== undefined) drop(drawn)
    drawings.delete(data.drop)
    return
  }
  void answered(data).then((reply) => scope.postMessage(reply, reply instanceof ImageBitmap ? [reply] : []))
}
