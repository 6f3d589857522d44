import { describe, expect, it } from 'vitest'

import { csvCell, fileName, toCsv } from './csv'

describe('a CSV cell', () => {
  it.each([
    ['=HYPERLINK("//x")'],
    ['+86 138'],
    ['-1+1'],
    ['@SUM(A1)'],
    ['\t=1'],
    ['\r=1'],
    ['  =1+1'],
    ['\u00A0=1'],
    ['＝1+1'],
  ])('that a spreadsheet would run is made text: %j', (text) => {
    expect(csvCell(text).replace(/^"/, '')).toMatch(/^'/)
  })

  it('leaves plain text and numbers alone', () => {
    expect(csvCell('王秀英')).toBe('王秀英')
    expect(csvCell(-3)).toBe('-3')
    expect(csvCell(null)).toBe('')
  })

  it('quotes commas, quotes and line ends (RFC 4180)', () => {
    expect(csvCell('a,"b"\nc')).toBe('"a,""b""\nc"')
  })
})

it('a CSV file begins with the byte order mark and ends every line', () => {
  expect(toCsv([['姓名', '状态'], ['王', '已到']])).toBe('\uFEFF姓名,状态\r\n王,已到\r\n')
})

it('a file name has nothing that a file system refuses', () => {
  expect(fileName('每日/报告: "早"', 'csv')).toBe('每日_报告_早_.csv')
})
