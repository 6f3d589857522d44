import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'

import CameraCapture from './CameraCapture.vue'

const stop = vi.fn()

/** An office's camera that opens at once; its first picture comes when the test says so. */
async function opened() {
  vi.stubGlobal('navigator', {
    mediaDevices: { getUserMedia: () => Promise.resolve({ getTracks: () => [{ stop }] }) },
  })
  vi.spyOn(HTMLMediaElement.prototype, 'play').mockResolvedValue()
  vi.spyOn(HTMLMediaElement.prototype, 'srcObject', 'set').mockImplementation(() => undefined)
  const camera = mount(CameraCapture, {
    attachTo: document.body,
    props: { poses: [], full: false },
  })
  await flushPromises()
  const button = camera.get('button')
  return { camera, button }
}

afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

describe('the camera of the enrolment desk', () => {
  it('takes no press before its first picture, which would be lost', async () => {
    const { camera, button } = await opened()
    expect(button.attributes()).toHaveProperty('disabled')

    await camera.get('video').trigger('loadeddata')
    await flushPromises()
    expect(button.attributes()).not.toHaveProperty('disabled')
    expect(document.activeElement).toBe(button.element)
    camera.unmount()
  })

  it('takes no press when there are enough pictures', async () => {
    const { camera, button } = await opened()
    await camera.get('video').trigger('loadeddata')
    await camera.setProps({ full: true })
    expect(button.attributes()).toHaveProperty('disabled')
    camera.unmount()
  })
})
