import { FINAL_STATES } from '@gridfleet/shared/domain';
import { ref } from 'vue';
import {
  getStrategy,
  getWhy,
  listCycles,
  listLevels,
  listOrders,
  type OrderFilter,
} from '../api/strategies.js';
import { listTrades } from '../api/trades.js';
import type { CycleDto, FillDto, Order } from '../api/types.js';
import { useCoalesced } from './use-coalesced.js';
import { usePagedList } from './use-paged-list.js';
import { onPlatformEvent, onSnapshot } from './use-platform-events.js';
import { useResource } from './use-resource.js';

const PAGE = 100;

const isFinal = (order: Order): boolean => [...FINAL_STATES].some((state) => state === order.state);

const pageQuery = (cursor: string | undefined) => ({
  limit: PAGE,
  ...(cursor === undefined ? {} : { cursor }),
});

/** Everything the page of one strategy shows, loaded once and kept up to date by events. */
export function useStrategyFeed(id: () => number) {
  const orderFilter = ref<Exclude<OrderFilter, 'all'>>('open');
  const strategy = useResource((signal) => getStrategy(id(), signal), id);
  const levels = useResource(async (signal) => (await listLevels(id(), signal)).items, id);
  const why = useResource((signal) => getWhy(id(), signal), id);
  const orders = usePagedList<Order>(
    (cursor, signal) => listOrders(id(), { state: orderFilter.value, ...pageQuery(cursor) }, signal),
    () => `${id()} ${orderFilter.value}`,
  );
  const fills = usePagedList<FillDto>(
    (cursor, signal) => listTrades({ strategyId: id(), ...pageQuery(cursor) }, signal),
    id,
  );
  const cycles = usePagedList<CycleDto>((cursor, signal) => listCycles(id(), pageQuery(cursor), signal), id);

  // Levels have no events of their own: an order, a fill or an edit moves them.
  const reloadLevels = useCoalesced(() => {
    void levels.reload();
    void why.reload();
  }, 800);
  const reloadStrategy = useCoalesced(() => void strategy.reload(), 300);

  function takeOrder(order: Order): void {
    if (isFinal(order) === (orderFilter.value === 'closed')) orders.put(order);
    else orders.drop(order.id);
    reloadLevels();
  }

  onPlatformEvent((event) => {
    if (event.strategyId !== id()) return;
    switch (event.type) {
      case 'order':
        return takeOrder(event.data);
      case 'fill':
        return fills.put(event.data);
      case 'cycle':
        return cycles.put(event.data);
      case 'strategy':
        reloadStrategy();
        return reloadLevels();
      case 'status':
      case 'alert':
      case 'risk':
        return;
    }
  });
  onSnapshot(() => {
    for (const part of [strategy, levels, why, orders, fills, cycles]) void part.reload();
  });

  return { strategy, levels, why, orders, orderFilter, fills, cycles };
}

export type StrategyFeed = ReturnType<typeof useStrategyFeed>;
