import { ORDER_PATH, placements, restart, type Fault, type Match, type Rule } from './fault.js';
import type { GridRun } from './grid-run.js';

const end = 'reset';
/** Every so-manieth placement loses its answer, so that orders have to be looked up. */
const lostAnswers = (run: GridRun, every: number): Rule => ({
  match: placements(run, { every }),
  do: { type: 'drop-response', end },
});
/** An order that never arrived is not told of by the stream: it has to be looked up. */
const lostRequests = (run: GridRun, every: number): Rule => ({
  match: placements(run, { every }),
  do: { type: 'drop-request', end },
});
const lookups = (run: GridRun, more: Record<string, number> = {}): Match => ({
  method: 'GET',
  path: ORDER_PATH,
  account: run.apiKey,
  ...more,
});

/** Requests of one account that go wrong: F1 to F7, F12, F13, F15 to F17. */
export const REQUEST_FAULTS: readonly Fault[] = [
  {
    id: 'F1',
    title: 'orders are accepted, their answers are lost',
    hits: 'account',
    rules: (run, draw) => [lostAnswers(run, draw(2, 4))],
  },
  {
    id: 'F2',
    title: 'answers are lost and the orders are not accepted',
    hits: 'account',
    rules: (run, draw) => [lostRequests(run, draw(2, 4))],
  },
  {
    id: 'F3',
    title: 'orders are accepted late',
    hits: 'account',
    rules: (run, draw) => [
      {
        match: placements(run, { every: draw(2, 4) }),
        do: { type: 'accept-late', ms: draw(200, 1_900), end },
      },
    ],
  },
  {
    id: 'F4',
    title: 'placements are answered with 503',
    hits: 'account',
    rules: (run, draw) => [
      {
        match: placements(run, { every: draw(2, 3) }),
        do: {
          type: 'answer',
          status: 503,
          code: -1008,
          msg: 'Server is currently overloaded with other requests. Please try again in a few minutes.',
          processed: draw(0, 1) === 1,
        },
      },
    ],
  },
  {
    id: 'F5',
    title: 'answers to placements are cut off',
    hits: 'account',
    rules: (run, draw) => [{ match: placements(run, { every: draw(2, 3) }), do: { type: 'truncate' } }],
  },
  {
    id: 'F6',
    title: 'new orders are said to be duplicates',
    hits: 'account',
    rules: (run, draw) => [
      {
        match: placements(run, { every: draw(2, 3) }),
        do: { type: 'answer', status: 400, code: -2010, msg: 'Duplicate order sent.', processed: true },
      },
    ],
  },
  {
    id: 'F7',
    title: 'a restart among lost answers never sends the id of a closed order again',
    hits: 'account',
    rules: (run, draw) => [lostAnswers(run, draw(2, 4))],
    meanwhile: restart,
  },
  {
    id: 'F12',
    title: 'too many orders',
    hits: 'account',
    rules: (run, draw) => [
      {
        match: placements(run, { count: draw(1, 3) }),
        do: {
          type: 'answer',
          status: 429,
          code: -1015,
          msg: 'Too many new orders; current limit is 100 orders per 10 SECOND.',
          retryAfterSeconds: draw(2, 6),
        },
      },
    ],
  },
  {
    id: 'F13',
    title: 'the balance is gone when an order arrives',
    hits: 'account',
    stopsTrading: true,
    rules: (run) => [{ match: placements(run, { nth: 1 }), do: { type: 'withdraw', asset: 'USDT' } }],
    mend: async ({ lab, apiKey }) => {
      await lab.simulator.control.post('/_sim/balances', { apiKey, asset: 'USDT', amount: '10000' });
    },
  },
  {
    id: 'F15',
    title: 'status queries are answered by a lagging replica',
    hits: 'account',
    rules: (run, draw) => [
      lostAnswers(run, draw(2, 4)),
      lostRequests(run, draw(3, 5)),
      { match: lookups(run, { every: 2 }), do: { type: 'replica-lag', ms: 60_000 } },
    ],
  },
  {
    id: 'F16',
    title: 'orders that are looked up are archived',
    hits: 'account',
    holdsStop: true,
    lastsMs: 5_000,
    rules: (run, draw) => [
      lostAnswers(run, draw(2, 4)),
      lostRequests(run, draw(3, 5)),
      {
        match: lookups(run),
        do: {
          type: 'answer',
          status: 400,
          code: -2026,
          msg: 'Order was canceled or expired with no executed qty over 90 days ago and has been archived.',
        },
      },
    ],
  },
  {
    id: 'F17',
    title: 'the list of open orders fails, then is short',
    hits: 'account',
    rules: (run) => [
      {
        match: { path: '/api/v3/openOrders', account: run.apiKey, nth: 1 },
        do: {
          type: 'answer',
          status: 500,
          code: -1001,
          msg: 'Internal error; unable to process your request. Please try again.',
        },
      },
      {
        match: { path: '/api/v3/openOrders', account: run.apiKey, nth: 2 },
        do: { type: 'cut-list', keep: 1 },
      },
    ],
  },
];
