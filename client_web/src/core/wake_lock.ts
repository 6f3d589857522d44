/** Keeps the screen on while wanted; the browser drops the lock with the page out of sight. */
export class WakeLock {
  private wanted = false
  private held: WakeLockSentinel | null = null

  constructor() {
    document.addEventListener('visibilitychange', () => void this.take())
  }

  hold(wanted: boolean): void {
    if (wanted === this.wanted) return
    this.wanted = wanted
    if (wanted) return void this.take()
    void this.held?.release()
    this.held = null
  }

  private async take(): Promise<void> {
    if (!this.wanted || document.visibilityState !== 'visible' || !navigator.wakeLock) return
    if (this.held && !this.held.released) return
    try {
      this.held = await navigator.wakeLock.request('screen')
    } catch {
      // A low battery refuses it: the screen may dim, the check-in goes on.
    }
  }
}
