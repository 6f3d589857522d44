// Stands in for the camera and the person before it: getUserMedia gives a canvas on which an
// animated portrait follows the prompts that the page shows. Everything else stays as it is.
(() => {
  if (!navigator.mediaDevices) return // an empty page, before the first address
  const FRAME_RATE = 15
  const HUMAN_LATENCY_MS = [0, 250] // beside the latency that the clips themselves have
  const clips = { list: {}, ready: null }
  const state = { clip: 'still', since: 0, prompt: null, next: null, stopped: false }

  async function load() {
    const script = await (await fetch('/__actor/script.json')).json()
    state.video = script.video ? await loadVideo(script.video, script.start_s) : null
    for (const [kind, names] of Object.entries(script.clips)) {
      clips.list[kind] = await Promise.all(names.map(loadPicture))
    }
  }

  async function loadPicture(name) {
    const reply = await fetch(`/__actor/${name}`)
    return createImageBitmap(await reply.blob())
  }

  async function loadVideo(name, start_s) {
    const video = document.createElement('video')
    video.src = URL.createObjectURL(await (await fetch(`/__actor/${name}`)).blob())
    video.muted = true
    video.loop = true
    video.currentTime = start_s
    await video.play()
    return video
  }

  // The page marks what it asks for; a new id is a new prompt, also when the kind is the same.
  function watchPrompt(now) {
    const shown = document.querySelector('[data-prompt-id]')
    const id = shown?.getAttribute('data-prompt-id') ?? null
    if (id && id !== state.prompt) {
      const [least, most] = HUMAN_LATENCY_MS
      const at = now + least + Math.random() * (most - least)
      state.next = { clip: shown.getAttribute('data-prompt-kind'), at }
    }
    state.prompt = id
  }

  function picture(now) {
    if (state.video) return state.video
    if (state.next && now >= state.next.at) {
      state.clip = state.next.clip in clips.list ? state.next.clip : 'still'
      state.since = now
      state.next = null
    }
    let index = Math.floor(((now - state.since) / 1000) * FRAME_RATE)
    if (state.clip !== 'still' && index >= clips.list[state.clip].length) {
      state.clip = 'still'
      state.since = now
      index = 0
    }
    return clips.list[state.clip][index % clips.list[state.clip].length]
  }

  function videoTrack() {
    const canvas = document.createElement('canvas')
    canvas.width = 640
    canvas.height = 480
    const context = canvas.getContext('2d')
    const timer = setInterval(() => {
      const now = performance.now()
      watchPrompt(now)
      context.drawImage(picture(now), 0, 0, canvas.width, canvas.height)
    }, 1000 / FRAME_RATE)
    const [track] = canvas.captureStream(FRAME_RATE).getVideoTracks()
    const stop = track.stop.bind(track)
    track.stop = () => {
      clearInterval(timer)
      stop()
    }
    return track
  }

  function audioTrack() {
    const context = new AudioContext()
    const tone = context.createOscillator()
    const volume = context.createGain()
    volume.gain.value = 0.05
    const target = context.createMediaStreamDestination()
    tone.connect(volume).connect(target)
    tone.start()
    void context.resume()
    return target.stream.getAudioTracks()[0]
  }

  navigator.mediaDevices.getUserMedia = async (wanted) => {
    clips.ready ??= load()
    await clips.ready
    const tracks = []
    if (wanted.video) tracks.push(videoTrack())
    if (wanted.audio) tracks.push(audioTrack())
    return new MediaStream(tracks)
  }
})()
