/**
 * Fails where the console's first load passes its budget: the document, its script, the page of
 * today with all that these import statically, the larger dictionary, and the style sheets that
 * the document links or that are fetched with the page of today.
 * Gzip, level 9.
 *
 *     node scripts/console_budget.mjs [dist]
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

const BUDGET = 250 * 1024

const dist = process.argv[2] ?? 'dist'
const assets = join(dist, 'assets')
const html = readFileSync(join(dist, 'console.html'), 'utf8')
const size = (path) => gzipSync(readFileSync(path), { level: 9 }).length
const names = readdirSync(assets)

/** Scripts of the first screen with their static imports. */
function scripts() {
  const found = new Set([...html.matchAll(/\/assets\/([\w.-]+\.js)/g)].map((match) => match[1]))
  for (const name of names) if (/^TodayPage-.*\.js$/.test(name)) found.add(name)
  for (const name of found) {
    const code = readFileSync(join(assets, name), 'utf8')
    for (const [, next] of code.matchAll(/(?:from|import)\s*["'`]\.\/([\w.-]+\.js)["'`]/g)) {
      found.add(next)
    }
  }
  return [...found]
}

/** Vite lists what is fetched with a page by its number in one table of the entry. */
function stylesOfToday(code) {
  const table = code.match(/__vite__mapDeps=.*?m\.f=(\[.*?\])/s)
  const today = code.match(/TodayPage-[\w-]+\.js[`'"]\)\s*,\s*__vite__mapDeps\(\[([\d,]*)\]\)/)
  if (!table || !today) throw new Error('the page of today is not where the budget looks for it')
  const files = JSON.parse(table[1])
  return today[1].split(',').map((at) => files[Number(at)])
}

function styles() {
  const linked = [...html.matchAll(/\/assets\/([\w.-]+\.css)/g)].map((match) => match[1])
  const entry = names.find((name) => html.includes(name) && /^console-.*\.js$/.test(name))
  const fetched = stylesOfToday(readFileSync(join(assets, entry), 'utf8'))
  const late = fetched.filter((path) => path.endsWith('.css')).map((path) => path.split('/').pop())
  return [...new Set([...linked, ...late])]
}

const dictionaries = names.filter((name) => /^console\.(zh-CN|en)-.*\.js$/.test(name))
const sum = (list) => list.reduce((total, name) => total + size(join(assets, name)), 0)
const largest = Math.max(...dictionaries.map((name) => size(join(assets, name))))
const bytes = size(join(dist, 'console.html')) + sum(scripts()) + sum(styles()) + largest

const kb = (n) => `${(n / 1024).toFixed(1)} KB`
console.log(`console, gzipped: first load ${kb(bytes)} of ${kb(BUDGET)}`)
if (bytes > BUDGET) {
  console.error('the console is over its budget')
  process.exit(1)
}
