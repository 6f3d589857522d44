/**
 * The phone's back button inside a check-in goes one step back on the page, or nowhere; it never
 * throws the person out. One history entry of our own stands between them and the page before.
 */
export function guardBackButton(leavable: () => boolean, onBack: () => void): { update(): void } {
  let guarded = false

  function update(): void {
    if (guarded || leavable()) return
    history.pushState({ guard: true }, '')
    guarded = true
  }

  addEventListener('popstate', () => {
    if (!guarded) return
    guarded = false
    if (leavable()) return history.back()
    onBack()
    update()
  })
  return { update }
}
