/**
 * Vibrates where the phone can, as `navigator.vibrate` does. A page that nobody has tapped yet may
 * not (HTML, sticky user activation), and browsers report the attempt as an error.
 */
export function vibrate(pattern: number | number[]): void {
  if (navigator.userActivation?.hasBeenActive !== false) navigator.vibrate?.(pattern)
}
