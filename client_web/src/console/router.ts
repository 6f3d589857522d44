/** The console's pages; everything behind the sign-in is fetched when it is first opened. */
import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'

import type { Deed } from './logic/permissions'
import { useSession } from './stores/session'

declare module 'vue-router' {
  interface RouteMeta {
    open?: boolean
    /** Without the shell: it fills the whole screen. */
    bare?: boolean
    deed?: Deed
    title?: string
  }
}

const routes: RouteRecordRaw[] = [
  { path: '/', redirect: '/today' },
  {
    path: '/setup',
    component: () => import('./pages/SetupPage.vue'),
    meta: { open: true, title: 'setup.title' },
  },
  {
    path: '/sign-in',
    component: () => import('./pages/SignInPage.vue'),
    meta: { open: true, title: 'signIn.title' },
  },
  {
    path: '/password',
    component: () => import('./pages/OwnPasswordPage.vue'),
    meta: { bare: true, title: 'password.firstTitle' },
  },
  {
    path: '/terminal',
    component: () => import('./pages/TerminalPage.vue'),
    meta: { open: true, title: 'terminal.title' },
  },
  {
    path: '/today',
    component: () => import('./pages/TodayPage.vue'),
    meta: { title: 'nav.today' },
  },
  {
    path: '/roll-calls/:id',
    component: () => import('./pages/RollCallPage.vue'),
    props: true,
    meta: { title: 'nav.rollCall' },
  },
  {
    path: '/round/:id',
    component: () => import('./pages/RoundPage.vue'),
    props: true,
    meta: { title: 'round.title' },
  },
  {
    path: '/roll-calls/:id/results',
    component: () => import('./pages/ResultsPage.vue'),
    props: true,
    meta: { deed: 'view_reports', title: 'results.title' },
  },
  {
    path: '/statistics/:tab?',
    component: () => import('./pages/StatisticsPage.vue'),
    props: true,
    meta: { deed: 'view_reports', title: 'nav.statistics' },
  },
  {
    path: '/screen',
    component: () => import('./pages/ScreenPage.vue'),
    meta: { deed: 'view_reports', title: 'screen.title', bare: true },
  },
  {
    path: '/screen/map',
    component: () => import('./pages/MapPage.vue'),
    meta: { deed: 'manage_units', title: 'map.title' },
  },
  {
    path: '/review/:id?',
    component: () => import('./pages/ReviewPage.vue'),
    props: true,
    meta: { deed: 'review', title: 'nav.review' },
  },
  {
    path: '/entries/:id',
    component: () => import('./pages/EntryPage.vue'),
    props: true,
    meta: { title: 'nav.entry' },
  },
  {
    path: '/people',
    component: () => import('./pages/PeoplePage.vue'),
    meta: { deed: 'view_persons', title: 'nav.people' },
  },
  {
    path: '/plans',
    component: () => import('./pages/PlansPage.vue'),
    meta: { deed: 'view_plans', title: 'nav.plans' },
  },
  {
    path: '/plans/calendar',
    component: () => import('./pages/PlanCalendarPage.vue'),
    meta: { deed: 'view_plans', title: 'planCalendar.title' },
  },
  {
    path: '/plans/lists',
    component: () => import('./pages/CallListsPage.vue'),
    meta: { deed: 'view_plans', title: 'lists.title' },
  },
  {
    path: '/roster',
    component: () => import('./pages/RosterPage.vue'),
    meta: { deed: 'view_roster', title: 'nav.roster' },
  },
  {
    path: '/units',
    component: () => import('./pages/UnitsPage.vue'),
    meta: { deed: 'manage_units', title: 'nav.units' },
  },
  {
    path: '/terminals',
    component: () => import('./pages/TerminalsPage.vue'),
    meta: { deed: 'view_terminals', title: 'nav.terminals' },
  },
  {
    path: '/figures',
    component: () => import('./pages/FiguresPage.vue'),
    meta: { deed: 'view_figures', title: 'nav.figures' },
  },
  {
    path: '/import/:kind',
    component: () => import('./pages/ImportPage.vue'),
    props: true,
    meta: { deed: 'manage_persons', title: 'import.title' },
  },
  {
    path: '/start',
    component: () => import('./pages/StartPage.vue'),
    meta: { deed: 'manage_units', title: 'firstSteps.title' },
  },
  {
    path: '/notices/:id?',
    component: () => import('./pages/NoticesPage.vue'),
    props: true,
    meta: { deed: 'view_notices', title: 'nav.notices' },
  },
  {
    path: '/channels',
    component: () => import('./pages/ChannelsPage.vue'),
    meta: { deed: 'manage_channels', title: 'channel.title' },
  },
  { path: '/:rest(.*)*', redirect: '/today' },
]

export const router = createRouter({ history: createWebHistory(), routes })

router.beforeEach((to) => {
  const session = useSession()
  if (session.setup?.first_run) return to.path === '/setup' || '/setup'
  if (to.path === '/setup') return '/'
  if (!session.signedIn) {
    return to.meta.open === true || { path: '/sign-in', query: { next: to.fullPath } }
  }
  if (!session.ready) {
    const next = to.path === '/sign-in' ? to.query.next : to.fullPath
    return to.path === '/password' || to.path === '/terminal' || { path: '/password', query: { next } }
  }
  if (to.path === '/sign-in' || to.path === '/password') return '/today'
  return to.meta.deed === undefined || session.can(to.meta.deed) || '/today'
})
