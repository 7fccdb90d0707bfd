import { waitUntil } from '../../harness/wait.js';
import type { Fault } from './fault.js';
import type { GridRun } from './grid-run.js';
import { MIDDLE } from './market.js';

const about = (run: GridRun) => ({ symbol: run.market.symbol });

/** Some level says why it has no order, or the strategy says why it does not trade. */
async function explained(run: GridRun): Promise<string | null> {
  const { state, reason, lastError } = await run.status();
  if (reason !== null || lastError !== null || state === 'failed') return null;
  const levels = await run.levels();
  return levels.some((level) => level.reason !== null) ? null : 'nothing says why it does not trade';
}

/** A key that is refused ends the run: asking again and again with it would only get the address banned. */
async function endedForItsKey(run: GridRun): Promise<string | null> {
  const { state, reason } = await run.status();
  return state === 'failed' && reason?.code === 'KEY_REFUSED'
    ? null
    : `it is ${state} (${reason?.code ?? 'no reason'}) with a key that is refused`;
}

/** Its owner has the key accepted again and starts it: what has filled meanwhile is for the first look to find. */
async function startAgain(run: GridRun): Promise<void> {
  await run.start();
  await waitUntil(async () => (await run.status()).state === 'running', {
    timeoutMs: 90_000,
    what: `the strategy on ${run.market.name} to run again`,
    everyMs: 300,
  });
}

/** What happens to one market and to an account by its owner's hand: F14, F31, F32, F46 to F48. */
export const MARKET_FAULTS: readonly Fault[] = [
  {
    id: 'F14',
    title: 'the filters change',
    hits: 'market',
    stopsTrading: true,
    lastsMs: 6_000,
    rules: (run) => [{ match: about(run), do: { type: 'change-filters', tickSize: '1', minNotional: '50' } }],
    expect: explained,
  },
  {
    id: 'F31',
    title: 'the price spikes for a moment',
    hits: 'market',
    lastsMs: 1_000,
    rules: (run, draw) => [
      {
        match: about(run),
        do: { type: 'move-price', percent: draw(0, 1) === 0 ? -30 : 30, forMs: draw(200, 800) },
      },
    ],
  },
  {
    id: 'F32',
    title: 'the price gaps through levels',
    hits: 'market',
    standsStill: true,
    lastsMs: 2_000,
    rules: (run, draw) => [
      {
        match: about(run),
        do: { type: 'gap-levels', direction: draw(0, 1) === 0 ? 'down' : 'up', levels: draw(2, 4) },
      },
    ],
  },
  {
    id: 'F46',
    title: 'the market takes cancels only',
    hits: 'market',
    stopsTrading: true,
    lastsMs: 6_000,
    rules: (run) => [{ match: about(run), do: { type: 'market-status', status: 'CANCEL_ONLY' } }],
    expect: explained,
  },
  {
    id: 'F47',
    title: 'the symbol is delisted',
    hits: 'market',
    stopsTrading: true,
    lastsMs: 8_000,
    rules: (run) => [{ do: { type: 'delist', symbol: run.market.symbol } }],
    expect: explained,
  },
  {
    id: 'F47',
    title: 'the key is revoked',
    hits: 'account',
    stopsTrading: true,
    lastsMs: 8_000,
    rules: (run) => [
      {
        match: { path: '/api/v3/account', account: run.apiKey, nth: 1 },
        do: { type: 'revoke-key' },
      },
    ],
    expect: endedForItsKey,
    mend: startAgain,
  },
  {
    id: 'F48',
    title: 'the owner trades, cancels and withdraws by hand',
    hits: 'account',
    lastsMs: 5_000,
    rules: (run) => [
      { do: { type: 'cancel-orders', account: run.apiKey, symbol: run.market.symbol } },
      {
        do: {
          type: 'external-order',
          account: run.apiKey,
          symbol: run.market.symbol,
          order: {
            side: 'BUY',
            type: 'LIMIT',
            timeInForce: 'GTC',
            quantity: '1',
            price: String(Number(MIDDLE) - 10),
            newClientOrderId: 'byhand',
          },
        },
      },
      { do: { type: 'withdraw', account: run.apiKey, asset: run.market.base, amount: '2' } },
    ],
  },
];
