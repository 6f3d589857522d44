// Keeps the page's peer connections, so that a test can ask what really arrives. It only listens.
(() => {
  if (!window.RTCPeerConnection) return
  const peers = (window.__peers = [])
  window.RTCPeerConnection = class extends window.RTCPeerConnection {
    constructor(...settings) {
      super(...settings)
      peers.push(this)
    }
  }

  // What all living connections have received or sent of one kind, summed up.
  window.__media = async (direction, kind) => {
    const sum = { frames: 0, bytes: 0, packets: 0, width: 0, height: 0, energy: 0 }
    for (const peer of peers.filter((one) => one.connectionState === 'connected')) {
      for (const one of (await peer.getStats()).values()) {
        if (one.type !== `${direction}-rtp` || one.kind !== kind) continue
        sum.frames += one.framesDecoded ?? one.framesEncoded ?? 0
        sum.bytes += one.bytesReceived ?? one.bytesSent ?? 0
        sum.packets += one.packetsReceived ?? one.packetsSent ?? 0
        sum.energy += one.totalAudioEnergy ?? 0
        sum.width = Math.max(sum.width, one.frameWidth ?? 0)
        sum.height = Math.max(sum.height, one.frameHeight ?? 0)
      }
    }
    return sum
  }
})()
