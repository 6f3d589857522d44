/** The server's HTTP endpoints that the console uses, by name. */
import type { Confirmation, Escalation, RoundView } from '../logic/round_values'
import { request } from './request'
import type * as api from './types'

const id = encodeURIComponent
const roundPath = (call: string) => `/api/roll-calls/${id(call)}/round`

export type EnrolledKind = 'persons' | 'officers'
export type RollCallAction = 'suspend' | 'resume' | 'close' | 'cancel'

export const endpoints = {
  setup: () => request.get<api.SetupState>('/api/setup'),
  createAdministrator: (body: api.FirstAdministrator) => request.post<unknown>('/api/setup', body),
  session: () => request.get<api.SessionView>('/api/session'),
  signIn: (username: string, password: string) =>
    request.post<unknown>('/api/session', { username, password }),
  signOut: () => request.delete<unknown>('/api/session'),

  units: () => request.get<api.UnitView[]>('/api/units'),
  addUnit: (body: api.NewUnit) => request.post<api.UnitView>('/api/units', body),
  officers: () => request.get<api.OfficerView[]>('/api/officers'),
  addOfficer: (body: api.NewOfficer) => request.post<api.OfficerView>('/api/officers', body),

  persons: () => request.get<api.PersonView[]>('/api/persons'),
  addPerson: (body: api.NewPerson) => request.post<api.PersonView>('/api/persons', body),
  changePerson: (person: string, body: api.NewPerson) =>
    request.put<api.PersonView>(`/api/persons/${id(person)}`, body),
  link: (person: string) => request.post<api.LinkView>(`/api/persons/${id(person)}/link`),
  enrol: (kind: EnrolledKind, subject: string, body: api.Enrolment) =>
    request.post<api.EnrolmentView>(`/api/${kind}/${id(subject)}/enrolment`, body),
  enrolment: (person: string) =>
    request.get<api.EnrolmentDetail>(`/api/persons/${id(person)}/enrolment`),
  exempt: (person: string, body: api.NewExemption) =>
    request.put<api.EnrolmentDetail>(`/api/persons/${id(person)}/exemptions`, body),
  migration: () => request.get<api.MigrationView>('/api/enrolments/migration'),
  wishSelfEnrolment: (person: string, wanted: boolean) =>
    request.post<api.SelfEnrolmentView | null>(`/api/persons/${id(person)}/self-enrolment`, {
      wanted,
    }),
  selfEnrolments: () => request.get<api.SelfEnrolmentView[]>('/api/self-enrolments'),
  confirmSelfEnrolment: (enrolment: string, despiteDuplicate: string) =>
    request.post<api.EnrolmentView>(`/api/self-enrolments/${id(enrolment)}/confirm`, {
      despite_duplicate: despiteDuplicate,
    }),
  rejectSelfEnrolment: (enrolment: string, reason: string) =>
    request.post<api.SelfEnrolmentView>(`/api/self-enrolments/${id(enrolment)}/reject`, { reason }),

  plans: () => request.get<api.PlanView[]>('/api/plans'),
  addPlan: (body: api.NewPlan) => request.post<api.PlanView>('/api/plans', body),
  changePlan: (plan: string, body: api.NewPlan) =>
    request.put<api.PlanView>(`/api/plans/${id(plan)}`, body),

  planCalendar: (month: string) =>
    request.get<api.PlanCalendarView>(`/api/plans/calendar?month=${id(month)}`),
  callLists: () => request.get<api.CallListView[]>('/api/call-lists'),
  addCallList: (body: api.NewCallList) => request.post<api.CallListView>('/api/call-lists', body),
  changeCallList: (list: string, body: api.NewCallList) =>
    request.put<api.CallListView>(`/api/call-lists/${id(list)}`, body),
  removeCallList: (list: string) => request.delete<unknown>(`/api/call-lists/${id(list)}`),
  origin: (call: string) => request.get<api.OriginView>(`/api/roll-calls/${id(call)}/origin`),
  makeUp: (call: string) => request.post<api.RollCallView>(`/api/roll-calls/${id(call)}/make-up`),

  rollCalls: (day: string) => request.get<api.RollCallView[]>(`/api/roll-calls?day=${id(day)}`),
  rollCall: (call: string) => request.get<api.RollCallView>(`/api/roll-calls/${id(call)}`),
  startRollCall: (body: api.NewRollCall) => request.post<api.RollCallView>('/api/roll-calls', body),
  steerRollCall: (call: string, action: RollCallAction) =>
    request.post<api.RollCallView>(`/api/roll-calls/${id(call)}/${action}`),
  replies: (call: string) => request.get<api.PersonReplyView[]>(`/api/roll-calls/${id(call)}/replies`),
  entries: (call: string) => request.get<api.EntryView[]>(`/api/roll-calls/${id(call)}/entries`),

  round: (call: string) => request.get<RoundView>(roundPath(call)),
  takeRound: (call: string) => request.post<RoundView>(`${roundPath(call)}/take`, {}),
  handOverRound: (call: string, officer: string) =>
    request.post<RoundView>(`${roundPath(call)}/hand-over`, { officer_id: officer }),
  conductors: (call: string) => request.get<api.ConductorView[]>(`${roundPath(call)}/officers`),
  callInRound: (call: string, entry: string | null) =>
    request.post<RoundView>(`${roundPath(call)}/call`, { entry_id: entry }),
  confirmInRound: (call: string, body: Confirmation) =>
    request.post<RoundView>(`${roundPath(call)}/confirm`, body),
  promptInRound: (call: string, entry: string) =>
    request.post<RoundView>(`${roundPath(call)}/prompt`, { entry_id: entry }),
  escalateInRound: (call: string, body: Escalation) =>
    request.post<RoundView>(`${roundPath(call)}/escalate`, body),
  snapshotInRound: (call: string, entry: string) =>
    request.post<RoundView>(`${roundPath(call)}/snapshot`, { entry_id: entry }),
  finishRound: (call: string) => request.post<RoundView>(`${roundPath(call)}/finish`, {}),

  notices: () => request.get<api.NoticeView[]>('/api/notices'),
  notice: (notice: string) => request.get<api.NoticeDetail>(`/api/notices/${id(notice)}`),
  sendNotice: (body: api.NewNotice) => request.post<api.NoticeView>('/api/notices', body),
  remind: (notice: string) => request.post<api.NoticeView>(`/api/notices/${id(notice)}/remind`),
  emergencyCall: (body: api.NewEmergency) =>
    request.post<api.EmergencyView>('/api/emergency-calls', body),
  bells: () => request.get<api.BellBoardView>('/api/bells'),
  seeBells: () => request.post<unknown>('/api/bells/seen'),
  channels: () => request.get<api.ChannelView[]>('/api/channels'),
  addChannel: (body: api.NewChannel) => request.post<api.ChannelView>('/api/channels', body),
  changeChannel: (channel: string, body: Omit<api.NewChannel, 'kind' | 'url'> & { url: string | null }) =>
    request.put<api.ChannelView>(`/api/channels/${id(channel)}`, body),
  removeChannel: (channel: string) => request.delete<unknown>(`/api/channels/${id(channel)}`),
  tryChannel: (channel: string) =>
    request.post<api.DeliveryView>(`/api/channels/${id(channel)}/try`),
  deliveries: (state: string) =>
    request.get<api.DeliveryView[]>(`/api/deliveries${state ? `?state=${id(state)}` : ''}`),
  randomAction: (entry: string) =>
    request.post<api.RandomPromptView>(`/api/entries/${id(entry)}/random-action`),

  cameras: () => request.get<api.CameraView[]>('/api/cameras'),
  addCamera: (body: api.NewCamera) => request.post<api.CameraView>('/api/cameras', body),
  changeCamera: (camera: string, body: api.CameraChange) =>
    request.put<api.CameraView>(`/api/cameras/${id(camera)}`, body),
  removeCamera: (camera: string) => request.delete<unknown>(`/api/cameras/${id(camera)}`),
  tryCamera: (url: string) => request.post<api.TriedCamera>('/api/cameras/try', { url }),

  review: () => request.get<api.EntryView[]>('/api/review'),
  entry: (entry: string) => request.get<api.EntryDetail>(`/api/entries/${id(entry)}`),
  snapshots: (entry: string) =>
    request.get<api.SnapshotView[]>(`/api/entries/${id(entry)}/snapshots`),
  decide: (entry: string, body: api.Decision) =>
    request.post<api.EntryDetail>(`/api/entries/${id(entry)}/decision`, body),
  correct: (entry: string, body: api.CorrectionRequest) =>
    request.post<api.EntryDetail>(`/api/entries/${id(entry)}/correction`, body),
  call: (entry: string) => request.post<api.CallView>(`/api/entries/${id(entry)}/call`),
  undo: (entry: string) => request.post<api.EntryDetail>(`/api/entries/${id(entry)}/undo`),
}

/** Addresses that the browser itself loads. */
export const addresses = {
  recording: (recording: string) => `/api/recordings/${id(recording)}/media`,
  entryPortrait: (entry: string) => `/api/entries/${id(entry)}/portrait`,
  snapshot: (entry: string, still: string) =>
    `/api/entries/${id(entry)}/snapshots/${id(still)}`,
  selfEnrolmentPicture: (enrolment: string, number: number) =>
    `/api/self-enrolments/${id(enrolment)}/pictures/${number}`,
  portrait: (kind: EnrolledKind, subject: string) => `/api/${kind}/${id(subject)}/portrait`,
}
