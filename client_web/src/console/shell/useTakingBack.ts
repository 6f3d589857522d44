/** Takes the last decision back, and goes where it is to be made anew. */
import { ElMessage } from 'element-plus'
import { useRouter } from 'vue-router'

import { t } from '../i18n'
import { errorText } from '../logic/error_text'
import { useReview } from '../stores/review'
import { useUndo } from '../stores/undo'

export function useTakingBack(): () => Promise<void> {
  const undo = useUndo()
  const review = useReview()
  const router = useRouter()

  return async () => {
    const { path } = router.currentRoute.value
    const conducting = path.startsWith('/round')
    try {
      const entry = await undo.take()
      if (entry === null) return
      ElMessage({ message: t(conducting ? 'undo.again' : 'undo.done'), type: 'info' })
      // On the roll-call screen it is that one's turn again by itself.
      if (!conducting) await review.load()
      if (path.startsWith('/review')) await router.push(`/review/${entry}`)
    } catch (error) {
      ElMessage({ message: errorText(error), type: 'error' })
    }
  }
}
