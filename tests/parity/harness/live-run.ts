import { parseClientOrderId } from '@gridfleet/shared/domain';
import type { StrategyStatus } from '@gridfleet/shared/schema';
import { created } from '../../harness/created.js';
import { TestPlatform } from '../../harness/platform.js';
import type { Rest } from '../../harness/rest.js';
import { TestSimulator } from '../../harness/simulator.js';
import { waitUntil } from '../../harness/wait.js';
import { orderKey, type LiveOutcome, type TradeOf } from './orders.js';
import { CELLS_EACH_SIDE, FEES, FUNDS, type ParitySession } from './sessions.js';

const ARMED_MS = 90_000;
const BOOKED_MS = 60_000;
/** A session may take this many times as long as it should: a slow machine delivers the data late. */
const PATIENCE = 6;

interface OrderEvent {
  clientOrderId: string;
  execution: string;
  tradeId: number | null;
  dataMs: number | null;
}

function keyOf(clientOrderId: string): string {
  const parts = parseClientOrderId(clientOrderId);
  if (parts === null) throw new Error(`${clientOrderId} is no order of ours`);
  return orderKey(parts.slot, parts.side, parts.generation);
}

/** One session through API, worker and simulator, each a process of its own. */
class LiveRun {
  private constructor(
    readonly simulator: TestSimulator,
    readonly platform: TestPlatform,
    readonly api: Rest,
  ) {}

  static async start({ symbol }: ParitySession, file: string): Promise<LiveRun> {
    const simulator = await TestSimulator.start(1, [`${symbol}=ticks:${file}`], ['--paused']);
    const platform = await TestPlatform.create(simulator.url);
    const [{ api }] = await Promise.all([platform.startApi(), platform.startWorker('node-1')]);
    return new LiveRun(simulator, platform, api);
  }

  async close(): Promise<void> {
    await this.platform.close();
    await this.simulator.process.stop();
  }

  async status(id: number): Promise<StrategyStatus> {
    return (await this.api.get<StrategyStatus>(`/api/strategies/${id}/status`)).body;
  }

  /** Lets the data play to its end. */
  async play(speed: number, lengthMs: number): Promise<void> {
    const { control } = this.simulator;
    await control.post('/_sim/replay', { paused: false, speed });
    await waitUntil(
      async () => {
        const { body } = await control.get<{ replay: { sources: { ended: boolean }[] } }>('/_sim/status');
        return body.replay.sources.every(({ ended }) => ended);
      },
      { timeoutMs: (lengthMs / speed) * PATIENCE + 30_000, what: 'the session to end', everyMs: 200 },
    );
  }
}

/** The session as it is traded live; the market waits until the whole grid rests. */
export async function liveRun(
  session: ParitySession,
  file: string,
  params: unknown,
  speed: number,
): Promise<LiveOutcome> {
  const run = await LiveRun.start(session, file);
  try {
    const opened = await run.simulator.control.post<{ apiKey: string; apiSecret: string }>('/_sim/accounts', {
      balances: { USDT: FUNDS.quote, [session.base]: FUNDS.base },
      makerRate: FEES.maker,
      takerRate: FEES.taker,
    });
    const { apiKey, apiSecret: secret } = opened.body;
    const accountId = await created(run.api, '/api/accounts', {
      label: 'parity',
      venue: 'binance',
      environment: 'sim',
      credentials: { apiKey, secret },
    });
    const id = await created(run.api, '/api/strategies', {
      name: 'parity',
      kind: 'range-grid',
      params,
      legs: [{ accountId, market: session.market }],
    });
    const started = await run.api.post(`/api/strategies/${id}/start`);
    if (started.status !== 200) throw new Error(`it was not started: ${JSON.stringify(started.body)}`);
    await waitUntil(
      async () => {
        const { pendingBuys, pendingSells } = await run.status(id);
        const { account } = await run.simulator.ledger(apiKey);
        return (
          pendingBuys + pendingSells === 2 * CELLS_EACH_SIDE && account.orders.length >= 2 * CELLS_EACH_SIDE
        );
      },
      { timeoutMs: ARMED_MS, what: 'the grid to rest', everyMs: 200 },
    );
    await run.play(speed, session.toMs - session.fromMs);
    return await outcome(run, id, apiKey);
  } finally {
    await run.close();
  }
}

/** What the platform has booked, with the exchange's word on when. */
async function outcome(run: LiveRun, id: number, apiKey: string): Promise<LiveOutcome> {
  const booked = (): Promise<Record<string, string>[]> =>
    run.platform.rows.query(
      `SELECT o.client_order_id, f.trade_id, f.price, f.quantity, f.maker FROM fill f
         JOIN orders o ON o.id = f.order_id WHERE f.strategy_id = ? ORDER BY f.id`,
      [id],
    );
  const rows = await waitUntil(
    async () => {
      const [fills, { account }] = await Promise.all([booked(), run.simulator.ledger(apiKey)]);
      const { fills: shown } = await run.status(id);
      return fills.length === account.fills.length && shown === fills.length ? fills : null;
    },
    { timeoutMs: BOOKED_MS, what: 'all fills to be booked', everyMs: 300 },
  );
  const path = `/_sim/order-events?apiKey=${apiKey}`;
  const { events } = (await run.simulator.control.get<{ events: OrderEvent[] }>(path)).body;
  const arrivals = new Map<string, number>();
  const tradedAt = new Map<string, number>();
  for (const { clientOrderId, execution, tradeId, dataMs } of events) {
    if (execution === 'NEW') arrivals.set(keyOf(clientOrderId), dataMs ?? 0);
    if (tradeId !== null) tradedAt.set(`${clientOrderId} ${tradeId}`, dataMs ?? 0);
  }
  const trades = rows.map((row): TradeOf => {
    const clientOrderId = row['client_order_id'] ?? '';
    return {
      key: keyOf(clientOrderId),
      price: row['price'] ?? '',
      quantity: row['quantity'] ?? '',
      maker: Number(row['maker']) === 1,
      at: tradedAt.get(`${clientOrderId} ${row['trade_id']}`) ?? NaN,
    };
  });
  const { cycles, profit } = await run.status(id);
  return { trades, arrivals, cycles, profit: profit?.grid ?? '0' };
}
