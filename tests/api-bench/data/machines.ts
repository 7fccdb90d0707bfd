import type { DataSource } from 'typeorm';
import { kindNamed, type PlanContext } from '@gridfleet/shared/domain';
import { insert } from './rows.js';

const CONTEXT: PlanContext = {
  legs: [
    {
      leg: 0,
      market: {
        symbol: 'BTC/USDT',
        type: 'spot',
        base: 'BTC',
        quote: 'USDT',
        tickSize: '0.01',
        stepSize: '0.00001',
        minQuantity: '0.00001',
        maxQuantity: '9000',
        minNotional: '5',
        active: true,
      },
      bid: 6_000_000,
      ask: 6_000_001,
      makerRate: '0.0001',
      takerRate: '0.001',
      baseFree: '1',
      quoteFree: '100000',
    },
  ],
};

/** A stored machine for each strategy, as a node leaves it. */
export async function storeMachines(
  rows: DataSource,
  strategies: number,
  params: object,
  now: Date,
): Promise<void> {
  const kind = kindNamed('range-grid');
  if (kind === undefined) throw new Error('there is no kind range-grid');
  const { state } = kind.bind(params).start({ ...CONTEXT, firstGeneration: 1, carried: null }, now.getTime());
  const [context, header] = [JSON.stringify(CONTEXT), JSON.stringify(state.header)];
  const slots = [...state.slots].map(([slot, value]): [number, string] => [slot, JSON.stringify(value)]);
  await insert(
    rows,
    'strategy_state',
    ['strategy_id', 'revision', 'context', 'header', 'updated_at'],
    strategies,
    (i) => [i + 1, 1, context, header, now],
  );
  await insert(
    rows,
    'slot',
    ['strategy_id', 'leg', 'market', 'position_side', 'slot', 'state'],
    strategies * slots.length,
    (i) => {
      const [slot = 0, value = ''] = slots[i % slots.length] ?? [];
      return [Math.floor(i / slots.length) + 1, 0, 'BTC/USDT', 'net', slot, value];
    },
  );
}
