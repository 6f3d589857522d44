/** What a failure says to an officer: the server's own text, or ours where none came. */
import { ApiError } from '../api/request'
import { t } from '../i18n'

export function errorText(error: unknown): string {
  if (!(error instanceof ApiError)) return t('error.unexpected')
  const text = error.message || t(error.status === 0 ? 'error.unreachable' : 'error.unexpected')
  return `${text} (${error.code})`
}
