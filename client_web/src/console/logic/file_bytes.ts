/** A chosen file as base64, read anew each time: a file that changed on disk cannot be read. */

const CHUNK = 0x8000

export class FileGone extends Error {}

export async function base64Of(file: File): Promise<string> {
  let bytes: Uint8Array
  try {
    bytes = new Uint8Array(await file.arrayBuffer())
  } catch {
    throw new FileGone(file.name)
  }
  let text = ''
  for (let at = 0; at < bytes.length; at += CHUNK) {
    text += String.fromCharCode(...bytes.subarray(at, at + CHUNK))
  }
  return btoa(text)
}
