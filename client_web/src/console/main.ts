import { createApp, h } from 'vue'

createApp({ render: () => h('main', '点名') }).mount('#app')
