// Stands in for the camera and the person before it: getUserMedia gives a canvas on which an
// animated portrait follows what the page shows: prompts, the poses of an enrolment, and the light
// of the screen. Everything else stays as it is.
(() => {
  if (!navigator.mediaDevices) return // an empty page, before the first address
  const FRAME_RATE = 15
  const HUMAN_LATENCY_MS = [0, 250] // beside the latency that the clips themselves have
  const WIDTH = 640
  const HEIGHT = 480
  // A white screen's light on the face beside the room's, as in server/simulate/screen_glow.py.
  const SCREEN_SHARE = 0.45
  const GAMMA = 2.2
  const LIGHT_DELAY_MS = 80
  const FACE = { x: 320, y: 250, across: 115, down: 150, fades: 1.9 }
  const clips = { list: {}, ready: null }
  const state = { clip: 'still', since: 0, prompt: null, next: null, pose: null }
  const light = { shown: null, due: [], now: null }

  async function load() {
    const script = await (await fetch('/__actor/script.json')).json()
    state.video = script.video ? await loadVideo(script.video, script.start_s) : null
    for (const [kind, sizes] of Object.entries(script.clips)) {
      const whole = await (await fetch(`/__actor/${kind}.clip`)).blob()
      let end = 0
      clips.list[kind] = sizes.map((size) => whole.slice(end, (end += size), 'image/jpeg'))
    }
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

  function play(clip, now) {
    state.clip = clip in clips.list ? clip : 'still'
    state.since = now
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
    if (state.next && now >= state.next.at) {
      play(state.next.clip, now)
      state.next = null
    }
  }

  // A pose is held as long as it is asked for.
  function watchPose(now) {
    const pose = document.querySelector('[data-pose]')?.getAttribute('data-pose') ?? null
    if (pose !== state.pose) play(pose ? `pose_${pose}` : 'still', now)
    state.pose = pose
  }

  function watchLight(now) {
    const lamp = document.querySelector('[data-light-colour]')
    const shown = lamp?.getAttribute('data-light-colour') ?? null
    if (shown !== light.shown) light.due.push({ colour: shown, at: now + LIGHT_DELAY_MS })
    light.shown = shown
    while (light.due.length && now >= light.due[0].at) light.now = light.due.shift().colour
  }

  function frame(now) {
    const frames = clips.list[state.clip]
    let index = Math.floor(((now - state.since) / 1000) * FRAME_RATE)
    if (index >= frames.length && state.clip !== 'still' && !state.pose) {
      play('still', now)
      index = 0
    }
    const shown = clips.list[state.clip]
    return shown[index % shown.length]
  }

  // What the face shows under this colour beside what it shows under the white page.
  function shade(context, colour) {
    const levels = [1, 3, 5].map((place) => {
      const part = (parseInt(colour.slice(place, place + 2), 16) / 255) ** GAMMA
      const gain = (1 + SCREEN_SHARE * part) / (1 + SCREEN_SHARE)
      return Math.round(255 * gain ** (1 / GAMMA))
    })
    context.save()
    context.globalCompositeOperation = 'multiply'
    context.translate(FACE.x, FACE.y)
    context.scale(1, FACE.down / FACE.across)
    const reach = context.createRadialGradient(0, 0, FACE.across, 0, 0, FACE.across * FACE.fades)
    reach.addColorStop(0, `rgb(${levels})`)
    reach.addColorStop(1, '#fff')
    context.fillStyle = reach
    context.fillRect(-WIDTH, -HEIGHT, 2 * WIDTH, 2 * HEIGHT)
    context.restore()
  }

  function draw(context, picture) {
    context.drawImage(picture, 0, 0, WIDTH, HEIGHT)
    if (light.now) shade(context, light.now)
  }

  async function paint(context) {
    const now = performance.now()
    watchPrompt(now)
    watchPose(now)
    watchLight(now)
    if (state.video) return draw(context, state.video)
    const picture = await createImageBitmap(frame(now))
    draw(context, picture)
    picture.close()
  }

  function videoTrack() {
    const canvas = document.createElement('canvas')
    canvas.width = WIDTH
    canvas.height = HEIGHT
    const context = canvas.getContext('2d')
    const timer = setInterval(() => void paint(context), 1000 / FRAME_RATE)
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
