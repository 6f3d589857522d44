// Unpacks the browser inside the npm package into $TMPDIR and prints the path of its binary.
import chromium from '@sparticuz/chromium'

console.log(await chromium.executablePath())
