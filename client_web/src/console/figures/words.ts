/** States of daily figures: tone and icon; the word stands in the dictionary. */
import { CircleCheckFilled, EditPen, Lock, WarningFilled } from '@element-plus/icons-vue'
import type { Component } from 'vue'

import type { FiguresStatus } from '@/core/wire'

import type { FigureField } from '../api/duty'

export const figuresTone: Record<FiguresStatus, 'check' | 'busy' | 'ok' | 'settled'> = {
  missing: 'check',
  draft: 'busy',
  submitted: 'ok',
  locked: 'settled',
}

export const figuresIcon: Record<FiguresStatus, Component> = {
  missing: WarningFilled,
  draft: EditPen,
  submitted: CircleCheckFilled,
  locked: Lock,
}

export const labelOf = (field: FigureField, locale: string): string =>
  locale === 'en' ? field.label_en : field.label_zh
