/** The verbs of `server.access` that the console asks about; the server decides on every request. */

export const DEEDS = [
  'manage_units',
  'view_officers',
  'manage_officers',
  'view_persons',
  'manage_persons',
  'enrol',
  'exempt',
  'issue_link',
  'view_plans',
  'manage_plans',
  'view_roster',
  'manage_roster',
  'decide_substitution',
  'hand_over',
  'manage_calendar',
  'start_roll_call',
  'control_roll_call',
  'conduct',
  'call',
  'decide',
  'correct',
  'review',
  'view_live',
  'talk',
  'broadcast',
  'view_notices',
  'send_notice',
  'emergency_call',
  'manage_channels',
  'view_reports',
  'export_reports',
  'view_terminals',
  'manage_terminals',
  'view_figures',
  'hand_in_figures',
  'manage_figures',
  'send_notice',
] as const
export type Deed = (typeof DEEDS)[number]

export function allowed(permissions: readonly string[], deed: Deed): boolean {
  return permissions.includes(deed)
}
