import { closePhrase } from '@gridfleet/shared/schema';
import { useI18n } from 'vue-i18n';
import { closePosition } from '../api/manual-orders.js';
import type { Position } from '../api/types.js';
import { assetsOf, formatExact, worthOf } from '../format/money.js';
import { useLiveStore } from '../stores/live.js';
import { useConfirm } from './use-confirm.js';
import { useToast } from './use-toast.js';

/** Lets a strategy sell what it holds and stop, after saying what that means. */
export function useClosePosition(closed: () => unknown) {
  const { t } = useI18n();
  const live = useLiveStore();
  const confirm = useConfirm();
  const toast = useToast();

  function close(position: Position): void {
    const { strategyId, strategyName, market, quantity, currentPrice } = position;
    const status = live.statuses.get(strategyId);
    const count = status ? status.pendingBuys + status.pendingSells : 0;
    const { base, quote } = assetsOf(market);
    const worth = worthOf(quantity, currentPrice);
    confirm.ask({
      title: t('positions.closeTitle', { name: strategyName }),
      effect: t('positions.closeEffect', {
        name: strategyName,
        orders: t('strategies.confirm.orders', { count }, count),
        position: `${formatExact(quantity)} ${base}`,
        worth: worth === null ? '' : t('strategies.confirm.worth', { worth: `${worth} ${quote}` }),
      }),
      okLabel: t('positions.close'),
      danger: true,
      phrase: closePhrase({ strategyId }),
      run: async (_choice, proof) => {
        await closePosition({ strategyId, ...proof });
        toast.done(t('positions.closing', { name: strategyName }));
        await closed();
      },
    });
  }
  return { close };
}
