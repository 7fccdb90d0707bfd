import type { DataSource } from 'typeorm';
import { rollUpTrades } from '@gridfleet/shared/infra';
import { ACCOUNTS, CELLS, insert, MARKETS, type Sizes } from './rows.js';

const DAYS = 90;
const DAY_MS = 24 * 60 * 60 * 1000;

/** Numbers that repeat from run to run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state % below;
  };
}

/** Fills of the running strategies over three months, half as many cycles, added up by day as an API process does. */
export async function storeTrades(rows: DataSource, { running, fills }: Sizes): Promise<void> {
  const below = numbers(7);
  const now = Date.now();
  await insert(
    rows,
    'orders',
    [
      'id',
      'strategy_id',
      'run_id',
      'account_id',
      'leg',
      'market',
      'position_side',
      'slot',
      'side',
      'generation',
    ]
      .concat(['client_order_id', 'type', 'time_in_force', 'post_only', 'reduce_only', 'price', 'quantity'])
      .concat(['state', 'is_final', 'fence', 'not_after', 'created_at', 'updated_at']),
    running,
    (i) => {
      const at = new Date(now - DAYS * DAY_MS);
      const place = [
        i + 1,
        i + 1,
        i + 1,
        (i % ACCOUNTS) + 1,
        0,
        MARKETS[i % MARKETS.length],
        'net',
        0,
        'buy',
        1,
      ];
      return [...place, `gfbench${i}`, 'limit', 'GTC', 1, 0, '60000', '1', 'filled', 1, 1, at, at, at];
    },
  );
  const spread = DAYS * DAY_MS;
  await insert(
    rows,
    'fill',
    [
      'order_id',
      'strategy_id',
      'account_id',
      'leg',
      'market',
      'position_side',
      'slot',
      'side',
      'trade_id',
    ].concat(['price', 'quantity', 'amount', 'fee', 'fee_asset', 'fee_quote', 'maker', 'time']),
    fills,
    (i) => {
      const of = i % running;
      const place = [
        of + 1,
        of + 1,
        (of % ACCOUNTS) + 1,
        0,
        MARKETS[of % MARKETS.length],
        'net',
        below(CELLS),
      ];
      const time = new Date(now - spread + Math.floor((i / fills) * spread));
      const amount = `${50 + below(50)}.${below(100_000_000)}`;
      return [
        ...place,
        i % 2 === 0 ? 'buy' : 'sell',
        `t${i}`,
        '60000',
        '0.001',
        amount,
        '0.05',
        'USDT',
        '0.05',
        1,
        time,
      ];
    },
  );
  await insert(
    rows,
    'cycle',
    ['strategy_id', 'run_id', 'leg', 'market', 'position_side', 'slot', 'generation', 'part'].concat([
      'buy_price',
      'sell_price',
      'quantity',
      'gross',
      'fees',
      'net',
      'completed_at',
    ]),
    Math.floor(fills / 2),
    (i) => {
      const of = i % running;
      const time = new Date(now - spread + Math.floor((i / (fills / 2)) * spread));
      const net = `${below(10) < 8 ? '' : '-'}0.${below(1_000_000)}`;
      const place = [of + 1, of + 1, 0, MARKETS[of % MARKETS.length], 'net', below(CELLS), i, 0];
      return [...place, '60000', '60100', '0.001', '0.1', '0.01', net, time];
    },
  );
  // Twice: the first notes how far there is something to add.
  for (let i = 0; i < 2; i += 1) await rollUpTrades(rows, new Date(), 0);
}
