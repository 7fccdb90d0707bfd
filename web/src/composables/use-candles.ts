import { useDocumentVisibility } from './use-document-visibility.js';
import { watch } from 'vue';
import { listCandles, type CandleInterval } from '../api/strategies.js';
import type { Candle } from '../api/types.js';
import { CANDLE_LIMIT, withPrice } from '../chart/candles.js';
import { onPlatformEvent, onSnapshot } from './use-platform-events.js';
import { useResource } from './use-resource.js';

/** Candles of a strategy's market; the last one follows the pushed price. */
export function useCandles(id: () => number, interval: () => CandleInterval) {
  const candles = useResource<readonly Candle[]>(
    async (signal) => {
      const list = await listCandles(id(), { interval: interval(), limit: CANDLE_LIMIT }, signal);
      return list.items.toSorted((a, b) => Date.parse(a.time) - Date.parse(b.time));
    },
    () => `${id()} ${interval()}`,
  );
  onPlatformEvent((event) => {
    if (event.type !== 'status' || event.strategyId !== id() || !candles.data.value) return;
    const { currentPrice, updatedAt } = event.data;
    if (currentPrice === null || updatedAt === null) return;
    candles.data.value = withPrice(candles.data.value, currentPrice, Date.parse(updatedAt), interval());
  });
  onSnapshot(() => void candles.reload());
  // Pushed prices are samples of a second; the recorded candles replace them when the page is looked at again.
  watch(useDocumentVisibility(), (visible) => {
    if (visible) void candles.reload();
  });
  return candles;
}
