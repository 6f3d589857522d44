/** The receipt as a picture or a file, shared where the phone can, else saved. */

import type { Receipt } from '@/core/wire'

export interface ReceiptSheet {
  heading: string
  title: string
  rows: [string, string][]
  footer: string[]
}

const WIDTH = 720
const MARGIN = 48
const INK = '#10182a'
const SOFT = '#3d4756'
const FONT = 'system-ui, "PingFang SC", "Noto Sans SC", "Microsoft YaHei", sans-serif'

/** Breaks `text` where it would pass `width`; Chinese may break anywhere, English at spaces. */
function lines(context: CanvasRenderingContext2D, text: string, width: number): string[] {
  const out: string[] = []
  let line = ''
  for (const piece of text.match(/[A-Za-z0-9.,:;'()+-]+ ?|./gu) ?? []) {
    if (line && context.measureText(line + piece).width > width) {
      out.push(line)
      line = ''
    }
    line += piece
  }
  return line ? [...out, line] : out
}

/** Writes the sheet's lines downwards; returns where the next one would stand. */
function write(context: CanvasRenderingContext2D, sheet: ReceiptSheet): number {
  let y = MARGIN
  const put = (text: string, size: number, color: string, weight = 400) => {
    context.font = `${weight} ${size}px ${FONT}`
    context.fillStyle = color
    for (const line of lines(context, text, WIDTH - 2 * MARGIN)) {
      y += size * 1.35
      context.fillText(line, MARGIN, y)
    }
  }
  put(sheet.heading, 28, SOFT)
  y += 8
  put(sheet.title, 44, INK, 700)
  y += 24
  for (const [name, value] of sheet.rows) {
    put(name, 24, SOFT)
    put(value, 32, INK, 600)
    y += 8
  }
  y += 16
  for (const text of sheet.footer) put(text, 24, SOFT)
  return y + MARGIN
}

/** A white sheet that can be read on any screen and printed; measured first, then drawn. */
export function receiptPicture(sheet: ReceiptSheet): Promise<Blob | null> {
  const canvas = document.createElement('canvas')
  const context = canvas.getContext('2d')
  if (!context) return Promise.resolve(null)
  canvas.width = WIDTH
  canvas.height = write(context, sheet)
  context.fillStyle = '#fff'
  context.fillRect(0, 0, canvas.width, canvas.height)
  write(context, sheet)
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/png'))
}

/** All that is needed to verify the receipt offline with the server's public key. */
export function receiptFile(sheet: ReceiptSheet, receipt: Receipt): Blob {
  const words = [sheet.heading, sheet.title, ...sheet.rows.map((row) => row.join(': ')), ...sheet.footer]
  const { body, signature, key_id } = receipt
  const proof = JSON.stringify({ body, signature, key_id, algorithm: 'Ed25519' }, null, 2)
  return new Blob([`${words.join('\n')}\n\n${proof}\n`], { type: 'text/plain;charset=utf-8' })
}

export function saveFile(blob: Blob, name: string): void {
  const anchor = document.createElement('a')
  anchor.href = URL.createObjectURL(blob)
  anchor.download = name
  anchor.click()
  setTimeout(() => URL.revokeObjectURL(anchor.href), 60_000)
}

/** True where the phone can hand the file to another app. */
export function canShare(): boolean {
  const probe = new File([''], 'a.png', { type: 'image/png' })
  return navigator.canShare?.({ files: [probe] }) ?? false
}

export async function shareFile(blob: Blob, name: string): Promise<void> {
  const files = [new File([blob], name, { type: blob.type })]
  await navigator.share({ files }).catch((error: DOMException) => {
    if (error.name !== 'AbortError') saveFile(blob, name)
  })
}
