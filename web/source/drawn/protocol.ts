/** What a page asks of the worker that draws animated stickers. One question at a time, so that it is known which takes too long. */

/** How an animation is shown. */
export interface Shape {
  frames: number // at least one
  rate: number // frames a second
}

export type Question =
  | { load: string; file: ArrayBuffer } // a file under a name
  | { draw: string; frame: number; width: number; height: number } // in pixels of the screen
export type Told = Question | { drop: string } // without an answer

/** What a question is answered with; null: this file is not drawn. */
export type Reply = Shape | ImageBitmap | null
