import { dec, type Decimal } from '@gridfleet/shared/domain';
import { computed } from 'vue';
import { useI18n } from 'vue-i18n';
import type { DataColumn } from '../components/data-column.js';
import type { StrategyRow } from './use-strategy-rows.js';

const money = (text: string | undefined): Decimal | undefined => (text === undefined ? undefined : dec(text));

/** Columns of the list of strategies. */
export function useStrategyColumns() {
  const { t } = useI18n();
  return computed<DataColumn<StrategyRow>[]>(() => [
    { key: 'name', title: t('strategies.column.name'), sort: (row) => row.strategy.name, fixed: true },
    { key: 'market', title: t('strategies.column.market'), sort: (row) => row.leg?.market },
    { key: 'state', title: t('strategies.column.state'), sort: (row) => row.status.state },
    { key: 'price', title: t('strategies.column.pricePosition'), numeric: true },
    {
      key: 'orders',
      title: t('strategies.column.ordersCycles'),
      numeric: true,
      sort: (row) => row.status.cycles,
    },
    {
      key: 'profit',
      title: t('strategies.column.profit'),
      numeric: true,
      sort: (row) => money(row.status.profit?.total),
      help: t('strategy.profit.totalFormula'),
    },
    { key: 'node', title: t('strategies.column.node'), sort: (row) => row.status.workerName ?? undefined },
    { key: 'created', title: t('strategies.column.created'), sort: (row) => row.strategy.createdAt },
    { key: 'actions', title: t('common.actions'), sticky: true, fixed: true },
  ]);
}
