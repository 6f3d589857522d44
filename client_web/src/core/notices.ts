/**
 * Text notices that wait on a phone or a terminal, without a framework: `receive` takes every message
 * of the server, `changed` is told which notices are to be shown, `answer` says that one was seen.
 */

import { hush, speak } from './speech'
import type { ClientMessage, Locale, Notice, NoticeAnswer, ServerMessage } from './wire'

export interface NoticeOptions {
  send: (message: ClientMessage) => unknown
  changed: (waiting: readonly Notice[]) => void
  locale: () => Locale
  /** Terminals read a notice aloud at once where the sender wants it; phones by a button. */
  speaks: boolean
}

/** Urgent ones first, then the oldest. */
export function inOrder(notices: readonly Notice[]): Notice[] {
  return [...notices].sort(
    (a, b) => Number(b.urgent) - Number(a.urgent) || a.at.localeCompare(b.at),
  )
}

export class NoticeBoard {
  private waiting: readonly Notice[] = []

  constructor(private readonly options: NoticeOptions) {}

  /** Whether the message was a notice. A reminder takes the place of the notice itself. */
  receive(message: ServerMessage): boolean {
    if (message.type !== 'notice') return false
    this.show([...this.waiting.filter((one) => one.id !== message.id), message])
    if (this.options.speaks && message.read_aloud) void speak(message.text, this.options.locale())
    return true
  }

  /** Seen, on time, or an exception in a few words; then it is gone from the page. */
  answer(notice: Notice, answer: NoticeAnswer = 'seen', note = ''): void {
    hush()
    this.options.send({ type: 'notice_seen', notice_id: notice.id, answer, note })
    this.show(this.waiting.filter((one) => one.id !== notice.id))
  }

  private show(waiting: readonly Notice[]): void {
    this.waiting = inOrder(waiting)
    this.options.changed(this.waiting)
  }
}
