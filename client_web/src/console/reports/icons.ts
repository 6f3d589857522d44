/** One icon a column of the tables: a colour never stands alone. */
import {
  CircleCheckFilled,
  CircleCloseFilled,
  Clock,
  DocumentChecked,
  Search,
  WarningFilled,
} from '@element-plus/icons-vue'
import type { Component } from 'vue'

import type { Standing } from '../logic/figures'

export const standingIcons: Record<Standing, Component> = {
  present: CircleCheckFilled,
  leave: DocumentChecked,
  fault: WarningFilled,
  absent: CircleCloseFilled,
  review: Search,
  waiting: Clock,
}
