/**
 * Fails where the phone page's first load passes its budget: the document, all that it names, what
 * those import statically, and the larger dictionary that is fetched beside them. Gzip, level 9.
 *
 *     node scripts/phone_budget.mjs [dist]
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

const BUDGET = 40 * 1024
/** All of a check-in, the part that is fetched while the first screen is read included. */
const WHOLE_BUDGET = 62 * 1024
/** The own enrolment, which few load and only when they are asked for it. */
const ENROLMENT_BUDGET = 6 * 1024
/** Notices and push, fetched when the first one comes. */
const NOTICES_BUDGET = 4 * 1024

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

/** All that the page can ever load, whatever the bundler calls it. */
function everything() {
  const found = new Set(first)
  for (const name of found) {
    if (!name.endsWith('.js')) continue
    const code = readFileSync(join(assets, name), 'utf8')
    for (const [, next] of code.matchAll(/(?:\.\/|assets\/)([\w.-]+\.(?:js|css))\b/g)) found.add(next)
  }
  return [...found]
}

const sum = (names) => names.reduce((total, name) => total + size(join(assets, name)), 0)
const all = everything()
const document = size(join(dist, 'phone.html'))
const dictionaries = all.filter((name) => /^first\./.test(name))
const largest = Math.max(0, ...dictionaries.map((name) => size(join(assets, name))))
const firstBytes = document + sum([...first]) + largest
const ofEnrolment = all.filter((name) => /^enrol[.-]/.test(name))
const enrolmentBytes = sum(ofEnrolment)
const noticesBytes = sum(all.filter((name) => /^notices[.-]/.test(name)))
const wholeBytes = document + sum(all) - enrolmentBytes - noticesBytes

const kb = (bytes) => `${(bytes / 1024).toFixed(1)} KB`
const loads = [
  ['first load', firstBytes, BUDGET],
  ['whole check-in', wholeBytes, WHOLE_BUDGET],
  ['own enrolment', enrolmentBytes, ENROLMENT_BUDGET],
  ['notices', noticesBytes, NOTICES_BUDGET],
]
const words = loads.map(([name, bytes, most]) => `${name} ${kb(bytes)} of ${kb(most)}`)
console.log(`phone page, gzipped: ${words.join(', ')}`)
if (loads.some(([, bytes, most]) => bytes > most)) {
  console.error('the phone page is over its budget')
  process.exit(1)
}
