import { reactive } from 'vue';
import { useI18n } from 'vue-i18n';
import {
  deleteStrategy,
  pauseStrategy,
  resumeStrategy,
  startStrategy,
  stopStrategy,
} from '../api/strategies.js';
import { copyStrategy } from '../api/strategy-batch.js';
import type { Strategy, StrategyStatus } from '../api/types.js';
import { assetsOf, formatExact, worthOf } from '../format/money.js';
import { useAccountsStore } from '../stores/accounts.js';
import { useLiveStore } from '../stores/live.js';
import { useStrategiesStore } from '../stores/strategies.js';
import { useConfirm } from './use-confirm.js';
import { useToast } from './use-toast.js';

/** Whether a start or a stop makes sense now. */
export function canStart(status: StrategyStatus): boolean {
  return status.desiredState === 'stopped' && status.state !== 'stopping';
}
export function canStop(status: StrategyStatus): boolean {
  return status.desiredState === 'running';
}
/** Whether somebody holds it still; only known of a strategy that was asked for by itself. */
export function isPaused(strategy: Strategy): boolean {
  return strategy.tradingState === 'HALTED' && strategy.tradingReason?.code === 'PAUSED';
}
/** Edit and delete wait until nothing of the strategy runs. */
export function isAtRest(status: StrategyStatus): boolean {
  return status.desiredState === 'stopped' && (status.state === 'stopped' || status.state === 'failed');
}

/** Ways to stop, and the keys of their words. */
const STOPS = [
  { value: 'cancel-orders', key: 'cancel' },
  { value: 'keep-orders', key: 'keep' },
  { value: 'sell', key: 'sell' },
  { value: 'buy', key: 'buy' },
] as const;

/** The ways one strategy can be stopped; only on spot is there quote that could buy base. */
export function stopChoices(strategy: { legs: readonly { market: string }[] }): (typeof STOPS)[number][] {
  const isPerpetual = strategy.legs.some(({ market }) => market.includes(':'));
  return STOPS.filter(({ value }) => !(isPerpetual && value === 'buy'));
}

/** Start, stop and delete, with confirmations that name the object and the effect. */
export function useStrategyActions() {
  const { t } = useI18n();
  const live = useLiveStore();
  const strategies = useStrategiesStore();
  const accounts = useAccountsStore();
  const confirm = useConfirm();
  const toast = useToast();
  /** Ids with a start under way. */
  const starting = reactive(new Set<number>());

  const statusOf = (strategy: Strategy): StrategyStatus => live.statuses.get(strategy.id) ?? strategy.status;

  async function startNow(strategy: Strategy): Promise<void> {
    live.takeStatus(await startStrategy(strategy.id));
    toast.done(t('strategies.started', { name: strategy.name }));
  }

  function start(strategy: Strategy): void {
    const leg = strategy.legs.find((candidate) => candidate.environment === 'live');
    if (leg) {
      const account = accounts.byId.get(leg.accountId)?.label ?? `#${leg.accountId}`;
      confirm.ask({
        title: t('strategies.confirm.startLiveTitle', { name: strategy.name }),
        effect: t('strategies.confirm.startLiveEffect', { name: strategy.name, market: leg.market, account }),
        okLabel: t('common.start'),
        danger: true,
        run: () => startNow(strategy),
      });
      return;
    }
    starting.add(strategy.id);
    startNow(strategy)
      .catch((cause: unknown) => toast.failed(cause))
      .finally(() => starting.delete(strategy.id));
  }

  function holding(strategy: Strategy): string {
    const base = assetsOf(strategy.legs[0]?.market ?? '').base;
    return `${formatExact(statusOf(strategy).position)} ${base}`;
  }

  /** What is held, at the present price; a sale brings this less its fee and slippage. */
  function worthText(status: StrategyStatus, quote: string): string {
    const worth = worthOf(status.position, status.currentPrice);
    return worth === null ? '' : t('strategies.confirm.worth', { worth: `${worth} ${quote}` });
  }

  function stop(strategy: Strategy): void {
    const status = statusOf(strategy);
    const count = status.pendingBuys + status.pendingSells;
    const orders = t('strategies.confirm.orders', { count }, count);
    const assets = assetsOf(strategy.legs[0]?.market ?? '');
    const words = { orders, position: holding(strategy), worth: worthText(status, assets.quote), ...assets };
    const choices = stopChoices(strategy).map(({ value, key }) => ({
      value,
      label: t(`strategies.confirm.${key}`, words),
      effect: t(`strategies.confirm.${key}Effect`, words),
    }));
    confirm.ask({
      title: t('strategies.confirm.stopTitle', { name: strategy.name }),
      okLabel: t('common.stop'),
      danger: true,
      choices,
      run: async (choice) => {
        const chosen = STOPS.find(({ value }) => value === choice);
        live.takeStatus(await stopStrategy(strategy.id, chosen ? { orders: chosen.value } : {}));
        toast.done(t('strategies.stopped', { name: strategy.name }));
      },
    });
  }

  function remove(strategy: Strategy, then?: () => unknown): void {
    confirm.ask({
      title: t('strategies.confirm.deleteTitle', { name: strategy.name }),
      effect: t('strategies.confirm.deleteEffect', { name: strategy.name, position: holding(strategy) }),
      okLabel: t('common.delete'),
      danger: true,
      run: async () => {
        await deleteStrategy(strategy.id);
        strategies.remove(strategy.id);
        toast.done(t('strategies.deleted', { name: strategy.name }));
        then?.();
      },
    });
  }

  /** Makes a stopped copy; then its form is the place to change what shall differ. */
  function copy(strategy: Strategy, then: (copied: Strategy) => unknown): void {
    copyStrategy(strategy.id, t('strategies.copyName', { name: strategy.name }).slice(0, 100))
      .then((copied) => {
        strategies.put(copied);
        toast.done(t('strategies.copied', { name: copied.name }));
        return then(copied);
      })
      .catch((cause: unknown) => toast.failed(cause));
  }

  /** Holds a running strategy still, or lets it go on. */
  function pause(strategy: Strategy, then: (changed: Strategy) => unknown): void {
    const count = statusOf(strategy).pendingBuys + statusOf(strategy).pendingSells;
    confirm.ask({
      title: t('strategies.confirm.pauseTitle', { name: strategy.name }),
      effect: t('strategies.confirm.pauseEffect', {
        orders: t('strategies.confirm.orders', { count }, count),
      }),
      okLabel: t('strategies.pause'),
      danger: false,
      run: async () => {
        then(await pauseStrategy(strategy.id));
      },
    });
  }

  function resume(strategy: Strategy, then: (changed: Strategy) => unknown): void {
    resumeStrategy(strategy.id)
      .then(then)
      .catch((cause: unknown) => toast.failed(cause));
  }

  return { starting, statusOf, start, stop, remove, copy, pause, resume };
}
