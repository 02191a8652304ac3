/** The part of lottie-web that draws on canvases and runs no expressions: of what it offers, what is used here. */
declare module 'lottie-web/build/player/esm/lottie_light_canvas.min.js' {
  interface Item {
    goToAndStop(frame: number, isFrame: true): void
    destroy(): void
  }
  interface Settings {
    context: OffscreenCanvasRenderingContext2D
    clearCanvas: boolean
  }
  const lottie: {
    loadAnimation(how: { renderer: 'canvas'; autoplay: false; animationData: unknown; rendererSettings: Settings }): Item
  }
  export default lottie
}
