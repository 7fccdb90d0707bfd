import { useI18n } from 'vue-i18n';
import type { ApiError } from '../api/api-error.js';
import type { ReasonDto } from '../api/types.js';

/** Reasons and errors in the chosen language; an unknown code shows the server's own sentence. */
export function useReason() {
  const { t, te, locale } = useI18n();
  return {
    reasonText: (reason: ReasonDto): string => {
      const key = `reasons.${reason.code}`;
      if (locale.value === 'en' || !te(key)) return reason.message;
      // The server's sentence carries the numbers that a translated one does not have.
      return /\d/.test(reason.message) ? `${t(key)} (${reason.message})` : t(key);
    },
    errorAdvice: (error: ApiError): string => {
      const key = `errors.code.${error.code}`;
      return te(key, 'en') ? t(key) : error.message;
    },
  };
}
