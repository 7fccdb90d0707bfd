import { useI18n } from 'vue-i18n';
import { cancelBacktest, deleteBacktest } from '../api/backtests.js';
import type { Backtest } from '../api/types.js';
import { useConfirm } from './use-confirm.js';
import { useToast } from './use-toast.js';

/** Whether somebody still works on it, or will. */
export const isActive = (backtest: Backtest): boolean =>
  backtest.state === 'queued' || backtest.state === 'running';

/** Cancel and delete, with confirmations that name the backtest. */
export function useBacktestActions() {
  const { t } = useI18n();
  const confirm = useConfirm();
  const toast = useToast();

  function cancel(backtest: Backtest, then: () => unknown): void {
    confirm.ask({
      title: t('backtests.cancelTitle', { name: backtest.name }),
      effect: t('backtests.cancelEffect', { done: backtest.runsDone, runs: backtest.runs }),
      okLabel: t('backtests.cancelOk'),
      danger: true,
      run: async () => {
        await cancelBacktest(backtest.id);
        await then();
      },
    });
  }

  function remove(backtest: Backtest, then: () => unknown): void {
    confirm.ask({
      title: t('backtests.deleteTitle', { name: backtest.name }),
      effect: t('backtests.deleteEffect', { name: backtest.name }),
      okLabel: t('common.delete'),
      danger: true,
      run: async () => {
        await deleteBacktest(backtest.id);
        toast.done(t('backtests.deleted', { name: backtest.name }));
        await then();
      },
    });
  }

  return { cancel, remove };
}
