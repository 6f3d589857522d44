/** `GET /api/roll-calls/{id}/replies`, as `server/api/reply_schemas.py` has it. */
import type { Moment } from '@/core/wire'

export interface ReplyView {
  entry_id: string
  at: Moment
  where: string | null
  health: string | null
  report: string
  location: { latitude: number; longitude: number; accuracy_m: number } | null
}
