/** Roles and kinds of unit of `roll_call.people`. */

export const ROLES = ['duty_officer', 'office_officer', 'reviewer', 'administrator'] as const

export const UNIT_KINDS = [
  'judicial_office',
  'county_bureau',
  'city',
  'province',
  'command_center',
  'prison',
  'rehabilitation_center',
] as const
