import { shallowRef } from 'vue';
import { useI18n } from 'vue-i18n';
import { batchDelete, batchStart, batchStop } from '../api/strategy-batch.js';
import type { BatchResult } from '../api/types.js';
import { useStrategiesStore } from '../stores/strategies.js';
import { useConfirm } from './use-confirm.js';
import type { StrategyRow } from './use-strategy-rows.js';
import { useToast } from './use-toast.js';

/** One line of a batch's result. */
export interface ResultLine {
  key: number;
  name: string;
  ok: boolean;
  code: string;
  message: string;
}

/** What a batch did, failures first. */
export interface BatchReport {
  title: string;
  success: number;
  failed: number;
  lines: readonly ResultLine[];
}

/** Failures stand first, otherwise the order stays. */
export function failuresFirst(lines: readonly ResultLine[]): ResultLine[] {
  return lines.toSorted((a, b) => Number(a.ok) - Number(b.ok));
}

/** Open orders of these strategies together. */
export function openOrders(rows: readonly StrategyRow[]): number {
  return rows.reduce((sum, { status }) => sum + status.pendingBuys + status.pendingSells, 0);
}

const report = shallowRef<BatchReport | null>(null);

/** One command for many strategies: a confirmation that says what it does, then a result for each. */
export function useStrategyBatch() {
  const { t } = useI18n();
  const confirm = useConfirm();
  const toast = useToast();
  const strategies = useStrategiesStore();

  /** Shows the result: a short notice when all went well, else every item. */
  function show(title: string, { success, failed, items }: BatchResult): void {
    if (failed === 0) return toast.done(t('batch.allDone', { count: success }, success));
    const lines = items.map(({ id, ...item }) => ({
      key: id,
      name: strategies.byId.get(id)?.name ?? `#${id}`,
      ...item,
    }));
    report.value = { title, success, failed, lines: failuresFirst(lines) };
  }

  function ask(
    rows: readonly StrategyRow[],
    words: { title: string; effect: string; ok: string; danger: boolean },
    send: (ids: number[]) => Promise<BatchResult>,
  ): void {
    confirm.ask({
      title: words.title,
      effect: words.effect,
      okLabel: words.ok,
      danger: words.danger,
      run: async () => {
        const result = await send(rows.map((row) => row.id));
        show(words.title, result);
        await strategies.load();
      },
    });
  }

  const strategiesText = (rows: readonly StrategyRow[]): string =>
    t('strategies.count', { count: rows.length }, rows.length);

  function start(rows: readonly StrategyRow[]): void {
    const live = rows.filter((row) => row.strategy.legs.some((leg) => leg.environment === 'live')).length;
    const effect = t('batch.startEffect', { strategies: strategiesText(rows) });
    const words = {
      title: t('batch.startTitle', { strategies: strategiesText(rows) }),
      effect: live === 0 ? effect : `${effect} ${t('batch.startLive', { count: live }, live)}`,
      ok: t('common.start'),
      danger: live > 0,
    };
    ask(rows, words, batchStart);
  }

  function stop(rows: readonly StrategyRow[]): void {
    const count = openOrders(rows);
    const orders = t('strategies.confirm.orders', { count }, count);
    const words = {
      title: t('batch.stopTitle', { strategies: strategiesText(rows) }),
      effect: t('batch.stopEffect', { strategies: strategiesText(rows), orders }),
      ok: t('common.stop'),
      danger: true,
    };
    ask(rows, words, (ids) => batchStop(ids, { orders: 'cancel-orders' }));
  }

  function remove(rows: readonly StrategyRow[]): void {
    const words = {
      title: t('batch.deleteTitle', { strategies: strategiesText(rows) }),
      effect: t('batch.deleteEffect', { strategies: strategiesText(rows) }),
      ok: t('common.delete'),
      danger: true,
    };
    ask(rows, words, batchDelete);
  }

  return { report, show, start, stop, remove };
}
