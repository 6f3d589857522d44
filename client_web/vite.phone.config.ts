import { fileURLToPath, URL } from 'node:url'

import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'

/** The phone page by itself, after the console's build, into the same folder. */
export default defineConfig({
  plugins: [vue()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  // Only this page can do without them: Element Plus needs the options API.
  define: { __VUE_OPTIONS_API__: 'false', __VUE_PROD_DEVTOOLS__: 'false' },
  build: {
    target: ['chrome87', 'safari14'],
    assetsInlineLimit: 0,
    emptyOutDir: false,
    rollupOptions: { input: { phone: fileURLToPath(new URL('./phone.html', import.meta.url)) } },
  },
})
