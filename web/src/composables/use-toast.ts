import { ElMessage } from 'element-plus';
import { ApiError } from '../api/api-error.js';
import { useReason } from './use-reason.js';

/** Short notices at the top; failures say what to do, what happened and the code. */
export function useToast() {
  const { errorAdvice } = useReason();
  return {
    done: (message: string): void => {
      ElMessage({ type: 'success', message, grouping: true });
    },
    failed: (cause: unknown, prefix = ''): void => {
      const error = ApiError.from(cause);
      const message = [prefix, errorAdvice(error), `${error.message} (${error.code})`]
        .filter(Boolean)
        .join(' ');
      ElMessage({ type: 'error', message, duration: 8000, showClose: true });
    },
  };
}
