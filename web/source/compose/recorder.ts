/** Recording one's voice: from the microphone to a file as voice messages are, Opus in Ogg. */

import { LOUDEST, packed, peaks, SAMPLES, waveformOf } from '../media/waveform.ts'
import { oggOf } from './ogg.ts'
import { opusOf } from './webm.ts'

const TYPES = ['audio/ogg;codecs=opus', 'audio/webm;codecs=opus', 'audio/mp4'] // the first that the browser can record
const BITS_PER_SECOND = 32_000
const SLICE_MS = 1_000 // after which what was recorded is handed over
const LEVEL_MS = 60 // between two looks at how loud it is

export interface Recorded {
  blob: Blob
  seconds: number
  waveform: Uint8Array
}

/** Say whether this browser can record. */
export function canRecord(): boolean {
  return typeof MediaRecorder !== 'undefined' && navigator.mediaDevices?.getUserMedia !== undefined
}

/** Return a recording as it is sent: what is recorded as WebM is put into an Ogg file, which all apps play. */
async function asSent(recorded: Blob): Promise<Blob> {
  const [type = ''] = recorded.type.split(';')
  if (type !== 'audio/webm') return new Blob([recorded], { type })
  const opus = opusOf(new Uint8Array(await recorded.arrayBuffer()))
  const serial = crypto.getRandomValues(new Uint32Array(1))[0] ?? 1
  return new Blob([oggOf(opus, serial) as Uint8Array<ArrayBuffer>], { type: 'audio/ogg' })
}

export class Recorder {
  readonly levels: number[] = [] // how loud it was, 0…1, every LEVEL_MS
  private readonly stream: MediaStream
  private readonly recorder: MediaRecorder
  private readonly pieces: Blob[] = []
  private readonly context = new AudioContext()
  private readonly timer: ReturnType<typeof setInterval>
  private readonly began = performance.now()

  private constructor(stream: MediaStream, heard: (level: number) => void) {
    this.stream = stream
    const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type))
    this.recorder = new MediaRecorder(stream, {
      audioBitsPerSecond: BITS_PER_SECOND,
      ...(mimeType === undefined ? {} : { mimeType }),
    })
    this.recorder.ondataavailable = ({ data }) => {
      if (data.size > 0) this.pieces.push(data)
    }
    const analyser = this.context.createAnalyser()
    analyser.fftSize = 1024
    this.context.createMediaStreamSource(stream).connect(analyser)
    const moment = new Float32Array(analyser.fftSize)
    this.timer = setInterval(() => {
      analyser.getFloatTimeDomainData(moment)
      const [peak = 0] = peaks(moment, 1)
      this.levels.push(Math.min(1, peak))
      heard(Math.min(1, peak))
    }, LEVEL_MS)
    this.recorder.start(SLICE_MS)
  }

  /** Ask for the microphone and begin. Rejects with the browser's `DOMException` where it may not be used. */
  static async begin(heard: (level: number) => void): Promise<Recorder> {
    const audio = { channelCount: 1, echoCancellation: true, noiseSuppression: true }
    return new Recorder(await navigator.mediaDevices.getUserMedia({ audio }), heard)
  }

  /** How long it has been recording, in seconds. */
  get seconds(): number {
    return (performance.now() - this.began) / 1000
  }

  private async end(): Promise<void> {
    clearInterval(this.timer)
    if (this.recorder.state !== 'inactive') {
      const stopped = new Promise((done) => this.recorder.addEventListener('stop', done, { once: true }))
      this.recorder.stop()
      await stopped
    }
    for (const one of this.stream.getTracks()) one.stop()
    await this.context.close()
  }

  /** End, and throw away what was recorded. */
  cancel(): void {
    void this.end()
  }

  /** End, and return what was recorded. */
  async finish(): Promise<Recorded> {
    const { seconds } = this
    await this.end()
    const recorded = new Blob(this.pieces, { type: this.recorder.mimeType })
    const sound = await decoded(recorded)
    return {
      blob: await asSent(recorded),
      seconds: sound?.duration ?? seconds,
      waveform: sound === null ? this.roughly() : waveformOf(sound.getChannelData(0)),
    }
  }

  /** The outline by what was seen while recording. */
  private roughly(): Uint8Array {
    return packed(peaks(this.levels, SAMPLES).map((level) => level * LOUDEST))
  }
}

async function decoded(blob: Blob): Promise<AudioBuffer | null> {
  try {
    return await new OfflineAudioContext(1, 1, 48_000).decodeAudioData(await blob.arrayBuffer())
  } catch {
    return null
  }
}
