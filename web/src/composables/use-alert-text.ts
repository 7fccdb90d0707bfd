import { useI18n } from 'vue-i18n';
import type { StrategyStatus } from '../api/types.js';
import type { Alert } from '../format/alerts.js';
import { useReason } from './use-reason.js';

/** An alert in words, with the reason of the strategy where there is one. */
export function useAlertText() {
  const { t } = useI18n();
  const { reasonText } = useReason();
  return (alert: Alert, status: StrategyStatus): string => {
    switch (alert.code) {
      case 'error':
        return status.lastError ? reasonText(status.lastError) : t('monitor.alert.error');
      case 'failed':
      case 'waiting':
        return status.reason ? reasonText(status.reason) : t(`monitor.alert.${alert.code}`);
      case 'out-of-range':
        return t('monitor.alert.out-of-range', { range: t(`strategies.range.${alert.value}`) });
      default:
        return t(`monitor.alert.${alert.code}`, { value: alert.value });
    }
  };
}
