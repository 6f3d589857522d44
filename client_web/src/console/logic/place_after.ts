/** Where one goes after signing in: never away from this site. */
export function placeAfter(next: unknown): string {
  const inside = typeof next === 'string' && next.startsWith('/') && !next.startsWith('//')
  return inside ? next : '/today'
}
