/**
 * CSV for spreadsheets (RFC 4180) with a guard against formula injection (OWASP): a cell that a
 * spreadsheet would run begins with an apostrophe instead.
 */

const RUNS_AS_FORMULA = /^[\s\u0000]*[=+\-@\t\r|＝＋－＠]/

export function csvCell(value: string | number | null | undefined): string {
  let text = value === null || value === undefined ? '' : String(value)
  if (typeof value !== 'number' && RUNS_AS_FORMULA.test(text)) text = `'${text}`
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** The text of a file; the byte order mark makes Excel read it as UTF-8. */
export function toCsv(rows: readonly (readonly (string | number | null | undefined)[])[]): string {
  return '\uFEFF' + rows.map((row) => row.map(csvCell).join(',')).join('\r\n') + '\r\n'
}

/** A name that every file system takes. */
export function fileName(title: string, extension: string): string {
  return `${title.replaceAll(/[\\/:*?"<>|\s]+/g, '_').slice(0, 80)}.${extension}`
}

export function download(name: string, text: string, type: string): void {
  downloadBlob(name, new Blob([text], { type }))
}

export function downloadBlob(name: string, data: Blob): void {
  const url = URL.createObjectURL(data)
  const anchor = document.createElement('a')
  anchor.href = url
  anchor.download = name
  anchor.click()
  setTimeout(() => URL.revokeObjectURL(url), 1000)
}
