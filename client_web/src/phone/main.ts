import './style/tokens.css'
import './style/page.css'

import { createApp, watch } from 'vue'

import App from './App.vue'
import { guardBackButton } from './device/back_button'
import { LEAVABLE } from './flow/state'
import { Phone, PHONE } from './phone'
import { initLocale } from './ui/words'

const phone = new Phone()
const back = guardBackButton(
  () => LEAVABLE.has(phone.state.value.screen),
  () => phone.dispatch({ type: 'back' }),
)
watch(phone.state, back.update)

void initLocale().then(() => {
  createApp(App).provide(PHONE, phone).mount('#app')
  return phone.start()
})
