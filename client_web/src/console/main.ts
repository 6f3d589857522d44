import 'element-plus/theme-chalk/base.css'
import 'element-plus/theme-chalk/dark/css-vars.css'
// Messages and boxes are called from scripts, where the resolver does not see their styles.
import 'element-plus/theme-chalk/el-message.css'
import 'element-plus/theme-chalk/el-message-box.css'
import 'element-plus/theme-chalk/el-overlay.css'
import './styles/tokens.css'
import './styles/base.css'
import './styles/tones.css'

import { createPinia } from 'pinia'
import { createApp } from 'vue'

import { whenSignedOut } from './api/request'
import App from './App.vue'
import { startClock } from './clock'
import { storedLocale, useLocale } from './i18n'
import { router } from './router'
import { useLive } from './stores/live'
import { useSession } from './stores/session'
import { restoreTheme } from './theme'

async function start(): Promise<void> {
  restoreTheme()
  startClock()
  await useLocale(storedLocale())
  const app = createApp(App).use(createPinia())
  const session = useSession()
  whenSignedOut(() => {
    session.forget()
    useLive().stop()
    const here = router.currentRoute.value
    if (here.meta.open !== true) {
      void router.push({ path: '/sign-in', query: { next: here.fullPath } })
    }
  })
  // A server that does not answer yet is said on the page (App), not left as a blank one.
  await session.load().catch(() => undefined)
  app.use(router).mount('#app')
}

void start()
