/**
 * Fails where the phone page's first load passes its budget: the document, all that it names, what
 * those import statically, and the larger dictionary that is fetched beside them. Gzip, level 9.
 *
 *     node scripts/phone_budget.mjs [dist]
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

const BUDGET = 40 * 1024
/** All the page can ever load, the part that is fetched while the first screen is read included. */
const WHOLE_BUDGET = 60 * 1024

const dist = process.argv[2] ?? 'dist'
const assets = join(dist, 'assets')
const size = (path) => gzipSync(readFileSync(path), { level: 9 }).length
const html = readFileSync(join(dist, 'phone.html'), 'utf8')

/** Assets of the document and their static imports, as file names. */
function firstLoad() {
  const found = new Set([...html.matchAll(/\/assets\/([\w.-]+)/g)].map((match) => match[1]))
  for (const name of found) {
    if (!name.endsWith('.js')) continue
    const code = readFileSync(join(assets, name), 'utf8')
    for (const [, next] of code.matchAll(/(?:from|import)\s*["'`]\.\/([\w.-]+)["'`]/g)) found.add(next)
  }
  return found
}

const first = firstLoad()
const ofPage = readdirSync(assets).filter((name) => /^(phone|late|first|rest)[.-]/.test(name))
const dictionaries = ofPage.filter((name) => /^first\./.test(name))
const sum = (names) => names.reduce((total, name) => total + size(join(assets, name)), 0)
const document = size(join(dist, 'phone.html'))
const largest = Math.max(0, ...dictionaries.map((name) => size(join(assets, name))))
const firstBytes = document + sum([...first]) + largest
const wholeBytes = document + sum([...new Set([...first, ...ofPage])])

const kb = (bytes) => `${(bytes / 1024).toFixed(1)} KB`
console.log(`phone page, gzipped: first load ${kb(firstBytes)} of ${kb(BUDGET)}, whole ${kb(wholeBytes)}`)
if (firstBytes > BUDGET || wholeBytes > WHOLE_BUDGET) {
  console.error('the phone page is over its budget')
  process.exit(1)
}
