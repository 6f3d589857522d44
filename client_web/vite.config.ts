import { fileURLToPath, URL } from 'node:url'

import vue from '@vitejs/plugin-vue'
import autoImport from 'unplugin-auto-import/vite'
import components from 'unplugin-vue-components/vite'
import { ElementPlusResolver } from 'unplugin-vue-components/resolvers'
import { defineConfig } from 'vitest/config'

const server = process.env.ROLLCALL_SERVER ?? 'http://127.0.0.1:8080'
const page = (name: string) => fileURLToPath(new URL(`./${name}.html`, import.meta.url))

// Element Plus comes in by use, and only into the console: the phone page has Vue core alone.
const consoleOnly = [/src\/console\/.*\.(vue|ts)(\?.*)?$/]

export default defineConfig({
  plugins: [
    vue(),
    autoImport({ resolvers: [ElementPlusResolver()], include: consoleOnly, dts: 'auto-imports.d.ts' }),
    components({
      resolvers: [ElementPlusResolver()],
      dirs: [],
      include: consoleOnly,
      dts: 'components.d.ts',
    }),
  ],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  build: {
    // Cheap phones keep old system web views: Chromium 87 and Safari 14 run this.
    target: ['chrome87', 'safari14'],
    // Inlined data: addresses would need holes in the Content-Security-Policy.
    assetsInlineLimit: 0,
    // The phone page is built apart (vite.phone.config.ts): a shared Vue would not fit its budget.
    rollupOptions: { input: { console: page('console') } },
  },
  server: {
    proxy: { '/api': server, '/ws': { target: server, ws: true } },
  },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.ts'],
    // Element Plus ships plain CSS imports, which only Vite itself can follow.
    server: { deps: { inline: ['element-plus'] } },
  },
})
