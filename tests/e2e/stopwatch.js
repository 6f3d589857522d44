// Notes when things happen on a page, in milliseconds since 1970, for the figures of the tests.
// It only listens; the first time of each thing counts.
(() => {
  const times = (window.__times = {})
  const note = (name) => {
    times[name] ??= performance.timeOrigin + performance.now()
  }

  window.RTCPeerConnection = class extends window.RTCPeerConnection {
    constructor(...settings) {
      super(...settings)
      this.addEventListener('connectionstatechange', () => {
        if (this.connectionState === 'connected') note('media_up')
      })
    }
  }

  window.WebSocket = class extends window.WebSocket {
    constructor(...address) {
      super(...address)
      this.addEventListener('message', (event) => note(`got ${JSON.parse(event.data).type}`))
    }

    send(text) {
      note(`sent ${JSON.parse(text).type}`)
      super.send(text)
    }
  }

  new MutationObserver(() => {
    for (const video of document.querySelectorAll('[data-session] video:not([data-watched])')) {
      video.dataset.watched = ''
      note('tile')
      video.requestVideoFrameCallback(() => note('live_picture'))
    }
  }).observe(document, { childList: true, subtree: true })
})()
