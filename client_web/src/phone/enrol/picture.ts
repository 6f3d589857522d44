/** A still of the own camera, small enough for a slow line and for the protocol. */

const LONGEST_PX = 640
const QUALITIES = [0.85, 0.7, 0.5]
/** Characters of base64 that the server takes: 300 kB of JPEG. */
const MOST_CHARACTERS = 400_000

/** The size in which a camera's picture is sent: its own shape, at most 640 pixels long. */
export function sizeOf(width: number, height: number): [width: number, height: number] {
  const scale = Math.min(1, LONGEST_PX / Math.max(width, height))
  return [Math.round(width * scale), Math.round(height * scale)]
}

/** What `video` shows now, not mirrored, as the address of JPEG data; null where it cannot be drawn. */
export function picture(video: HTMLVideoElement): string | null {
  const canvas = document.createElement('canvas')
  const context = canvas.getContext('2d')
  if (!context) return null
  ;[canvas.width, canvas.height] = sizeOf(video.videoWidth, video.videoHeight)
  context.drawImage(video, 0, 0, canvas.width, canvas.height)
  const tries = QUALITIES.map((quality) => () => canvas.toDataURL('image/jpeg', quality))
  return firstShortEnough(tries)
}

/** The best that the server takes. */
export function firstShortEnough(tries: readonly (() => string)[]): string | null {
  for (const encode of tries) {
    const data = encode()
    if (data.length - data.indexOf(',') - 1 <= MOST_CHARACTERS) return data
  }
  return null
}
