/**
 * Whose picture is in which slot of the viewing connection.
 *
 * A slot is an SDP media section (`mid`). A session keeps its slot as long as it lives and is on
 * the page shown, so that no picture jumps; what changes is told to the server as `route` messages.
 */

export interface RouteChange {
  mid: string
  session_id: string | null
}

export class WallSlots {
  private videoMids: readonly string[] = []
  private shown = new Map<string, string | null>()

  /** A new connection: every slot is empty again. */
  connect(videoMids: readonly string[]): void {
    this.videoMids = videoMids
    this.shown = new Map(videoMids.map((mid) => [mid, null]))
  }

  /** The connection is gone. */
  disconnect(): void {
    this.connect([])
  }

  get capacity(): number {
    return this.videoMids.length
  }

  midOf(sessionId: string): string | null {
    for (const [mid, session] of this.shown) if (session === sessionId) return mid
    return null
  }

  /** Show these sessions, the first `capacity` of them. */
  assign(sessions: readonly string[]): RouteChange[] {
    const wanted = sessions.slice(0, this.videoMids.length)
    const changes = [...this.empty(new Set(wanted)), ...this.fill(wanted)]
    return changes.filter(lastOf(changes))
  }

  private empty(wanted: ReadonlySet<string>): RouteChange[] {
    const changes: RouteChange[] = []
    for (const [mid, session] of this.shown) {
      if (session === null || wanted.has(session)) continue
      this.shown.set(mid, null)
      changes.push({ mid, session_id: null })
    }
    return changes
  }

  private fill(wanted: readonly string[]): RouteChange[] {
    const changes: RouteChange[] = []
    for (const session of wanted) {
      if (this.midOf(session) !== null) continue
      const free = this.videoMids.find((mid) => this.shown.get(mid) === null)
      if (free === undefined) break
      this.shown.set(free, session)
      changes.push({ mid: free, session_id: session })
    }
    return changes
  }
}

/** Keeps only the last change of each slot: emptying before filling the same one says nothing. */
function lastOf(changes: readonly RouteChange[]): (change: RouteChange, index: number) => boolean {
  return (change, index) => !changes.slice(index + 1).some((later) => later.mid === change.mid)
}

/** The sessions on one page of the wall; `page` is 0-based and held within bounds. */
export function pageOf<T>(sessions: readonly T[], page: number, size: number): T[] {
  const last = Math.max(0, Math.ceil(sessions.length / size) - 1)
  const start = Math.min(Math.max(0, page), last) * size
  return sessions.slice(start, start + size)
}
