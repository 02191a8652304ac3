/** Photos and films of a message, or of an album, laid out by their shapes. */

import type { Message } from '../model/types.ts'
import { alone, mosaic } from './mosaic.ts'
import { Tile } from './tile.tsx'

interface Extent {
  width: number
  height: number
}

function extentOf({ media }: Message): Extent {
  const given = media?.is === 'photo' ? media.photo : media?.is === 'document' ? media.document : null
  if (given === null || given.width === 0 || given.height === 0) {
    const thumb = media?.is === 'document' ? media.document.thumb : null
    return thumb === null ? { width: 320, height: 240 } : { width: thumb.width, height: thumb.height }
  }
  return { width: given.width, height: given.height }
}

/** The room an album takes: as wide as wanted, but no wider than the conversation lets it. */
function frame({ width, height }: Extent): { width: string; aspectRatio: string } {
  return { width: `min(${width}px, var(--picture-room))`, aspectRatio: `${width} / ${height}` }
}

export function Album({ parts }: { parts: readonly Message[] }) {
  if (parts.length === 1) {
    const [only] = parts as [Message]
    const room = alone(extentOf(only), only.text !== '')
    return (
      <div class="album album-alone" style={frame(room)}>
        <Tile parts={parts} at={0} width={room.width} box={null} />
      </div>
    )
  }
  const made = mosaic(parts.map(extentOf).map(({ width, height }) => width / height))
  return (
    <div class="album" style={frame(made)}>
      {parts.map((one, at) => {
        const tile = made.tiles[at]
        if (tile === undefined) return null
        const box = {
          x: (tile.x / made.width) * 100,
          y: (tile.y / made.height) * 100,
          width: (tile.width / made.width) * 100,
          height: (tile.height / made.height) * 100,
        }
        return <Tile key={one.key} parts={parts} at={at} width={tile.width} box={box} />
      })}
    </div>
  )
}
