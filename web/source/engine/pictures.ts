/** Pictures made smaller before they are sent, off the page's thread. */

export interface Shrunk {
  blob: Blob
  width: number
  height: number
}

/** Return a picture as JPEG, upright, and with no side longer than `side`. Throws where it cannot be read as a picture. */
export async function shrunk(picture: Blob, side: number, quality: number): Promise<Shrunk> {
  const bitmap = await createImageBitmap(picture)
  try {
    const scale = Math.min(1, side / Math.max(bitmap.width, bitmap.height))
    const width = Math.max(1, Math.round(bitmap.width * scale))
    const height = Math.max(1, Math.round(bitmap.height * scale))
    const canvas = new OffscreenCanvas(width, height)
    const context = canvas.getContext('2d', { alpha: false })
    if (context === null) throw new Error('no canvas')
    context.fillStyle = '#fff' // behind what is transparent
    context.fillRect(0, 0, width, height)
    context.imageSmoothingQuality = 'high'
    context.drawImage(bitmap, 0, 0, width, height)
    return { blob: await canvas.convertToBlob({ type: 'image/jpeg', quality }), width, height }
  } finally {
    bitmap.close()
  }
}
