/** One icon a kind of unit; the word always stands beside it. */
import {
  Collection,
  FirstAidKit,
  House,
  Lock,
  Monitor,
  OfficeBuilding,
  School,
} from '@element-plus/icons-vue'
import type { Component } from 'vue'

const ICONS: Readonly<Record<string, Component>> = {
  command_center: Monitor,
  province: Collection,
  city: OfficeBuilding,
  county_bureau: School,
  judicial_office: House,
  prison: Lock,
  rehabilitation_center: FirstAidKit,
}

export const kindIcon = (kind: string): Component => ICONS[kind] ?? House
