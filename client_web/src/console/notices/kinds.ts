/** What a channel can carry: `roll_call.notices.Notice`, by whom it is told. */

export const OFFICER_NOTICES = [
  'call_wanted',
  'case_opened',
  'roll_call_opened',
  'roll_call_suspended',
  'roll_call_resumed',
  'roll_call_missed',
  'roll_call_cancelled',
  'emergency',
  'exception_reported',
] as const

export const PERSON_NOTICES = [
  'called',
  'connection_lost',
  'officer_will_call',
  'verified',
  'decided',
  'excused',
  'voided',
  'corrected',
  'text',
  'emergency',
] as const
