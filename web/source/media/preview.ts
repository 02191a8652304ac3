/** The tiny blurred picture that comes inside a message ("stripped size"): a JPEG without its head and foot.
 *
 * The head is always the same but for height and width; https://core.telegram.org/api/files#stripped-thumbnails */

const HEAD = Uint8Array.from(
  atob(
    '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDACgcHiMeGSgjISMtKygwPGRBPDc3PHtYXUlkkYCZlo+AjIqgtObDoKrarYqMyP/L2u71////m8H////6/+b9//j/2wBDASstLTw1PHZBQXb4pYyl+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj/wAARCAAAAAADASIAAhEBAxEB/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/8QAHwEAAwEBAQEBAQEBAQAAAAAAAAECAwQFBgcICQoL/8QAtREAAgECBAQDBAcFBAQAAQJ3AAECAxEEBSExBhJBUQdhcRMiMoEIFEKRobHBCSMzUvAVYnLRChYkNOEl8RcYGRomJygpKjU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6goOEhYaHiImKkpOUlZaXmJmaoqOkpaanqKmqsrO0tba3uLm6wsPExcbHyMnK0tPU1dbX2Nna4uPk5ebn6Onq8vP09fb3+Pn6/9oADAMBAAIRAxEAPwA=',
  ),
  (letter) => letter.charCodeAt(0),
)
const HEIGHT_AT = 164
const WIDTH_AT = 166
const FOOT = [0xff, 0xd9]

const made = new WeakMap<Uint8Array, string>()

/** Return the JPEG that a stripped picture is a part of; null if it is none. */
export function wholeJpeg(stripped: Uint8Array): Uint8Array<ArrayBuffer> | null {
  if (stripped.length < 3 || stripped[0] !== 1) return null
  const jpeg = new Uint8Array(HEAD.length + stripped.length - 3 + FOOT.length)
  jpeg.set(HEAD)
  jpeg[HEIGHT_AT] = stripped[1] ?? 0
  jpeg[WIDTH_AT] = stripped[2] ?? 0
  jpeg.set(stripped.subarray(3), HEAD.length)
  jpeg.set(FOOT, jpeg.length - FOOT.length)
  return jpeg
}

/** Return an address of the picture; '' if it is none. */
export function previewUrl(stripped: Uint8Array): string {
  let url = made.get(stripped)
  if (url === undefined) {
    const jpeg = wholeJpeg(stripped)
    url = jpeg === null ? '' : URL.createObjectURL(new Blob([jpeg], { type: 'image/jpeg' }))
    made.set(stripped, url)
  }
  return url
}
