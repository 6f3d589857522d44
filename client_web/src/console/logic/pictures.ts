/** Pictures for an enrolment: read, brought to a sensible size, and put into base64. */
import type { Pose } from './enrolment'

export const MAX_PICTURES = 8
export const WANTED_PICTURES = 3
export const PICTURE_TYPES = 'image/jpeg,image/png'
const LONGEST_SIDE_PX = 1600
const JPEG_QUALITY = 0.92

export interface Picture {
  id: number
  /** An object URL for the preview; revoke it when the picture goes. */
  url: string
  base64: string
  /** What it was taken for; null for a file or one more. */
  pose: Pose | null
}

let lastId = 0

/** The size that fits `LONGEST_SIDE_PX`, never enlarged. */
export function fitted(width: number, height: number): { width: number; height: number } {
  const scale = Math.min(1, LONGEST_SIDE_PX / Math.max(width, height, 1))
  return { width: Math.round(width * scale), height: Math.round(height * scale) }
}

function toJpeg(source: CanvasImageSource, width: number, height: number): Promise<Blob> {
  const canvas = document.createElement('canvas')
  const size = fitted(width, height)
  canvas.width = size.width
  canvas.height = size.height
  canvas.getContext('2d')?.drawImage(source, 0, 0, size.width, size.height)
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => (blob ? resolve(blob) : reject(new Error('no picture'))),
      'image/jpeg',
      JPEG_QUALITY,
    )
  })
}

async function picture(blob: Blob, pose: Pose | null): Promise<Picture> {
  const bytes = new Uint8Array(await blob.arrayBuffer())
  let binary = ''
  for (let at = 0; at < bytes.length; at += 0x8000) {
    binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000))
  }
  lastId += 1
  return { id: lastId, url: URL.createObjectURL(blob), base64: btoa(binary), pose }
}

/** What the camera shows now. */
export async function fromVideo(video: HTMLVideoElement, pose: Pose | null): Promise<Picture> {
  return picture(await toJpeg(video, video.videoWidth, video.videoHeight), pose)
}

/** A file, turned upright by its EXIF orientation. Rejects what is not a picture. */
export async function fromFile(file: File): Promise<Picture> {
  const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' })
  try {
    return await picture(await toJpeg(bitmap, bitmap.width, bitmap.height), null)
  } finally {
    bitmap.close()
  }
}
