import { Worker, type Job } from 'bullmq';
import { Value } from 'typebox/value';
import { dec, decStr, parseClientOrderId } from '@gridfleet/shared/domain';
import { queues, type Logger, type Redis } from '@gridfleet/shared/infra';
import {
  venueQueries,
  type VenueQueryAnswer,
  type VenueQueryFailure,
  type VenueQueryName,
  type VenueQueryRequest,
  type VenueQueryResult,
} from '@gridfleet/shared/schema';
import { withDeadline } from '../util/deadline.js';
import type { Venues, OpenAccount } from '../venue/venues.js';
import { VenueError } from '../venue/venue-error.js';
import { LingeringAccounts } from './lingering-accounts.js';

const ANSWER_DEADLINE_MS = 9_000;
const CONCURRENCY = 16;
/** Asked for each of many strategies that start at once. */
const SHARED: VenueQueryName = 'leg-context';

type Handlers = {
  [N in VenueQueryName]: (request: VenueQueryRequest<N>, opened: OpenAccount) => Promise<VenueQueryResult<N>>;
};

/** Answers the API's questions about venues; only nodes talk to exchanges. */
export class VenueQueryHost {
  readonly #venues: Venues;
  readonly #log: Logger;
  readonly #connection: Redis;
  readonly #handlers: Handlers;
  readonly #accounts: LingeringAccounts;
  #worker: Worker | null = null;

  constructor(venues: Venues, connection: Redis, log: Logger) {
    this.#venues = venues;
    this.#connection = connection;
    this.#log = log;
    this.#accounts = new LingeringAccounts(
      (accountId) => venues.open(accountId),
      (error) => log.warn({ err: error }, 'a client for venue queries was not closed'),
    );
    this.#handlers = {
      'verify-credentials': async (_request, { account }) => {
        await account.balances();
        return {};
      },
      balances: async (_request, { account }) => ({
        items: (await account.balances()).map((balance) => ({
          ...balance,
          total: decStr(dec(balance.free).plus(dec(balance.locked))),
        })),
      }),
      markets: async (_request, { row }) => {
        const markets = await venues.markets(row.venue, row.environment);
        return { items: await markets.markets() };
      },
      'leg-context': (request, opened) => this.#legContext(request, opened),
      candles: async (request, { row }) => {
        const markets = await venues.markets(row.venue, row.environment);
        const candles = await markets.candles(request.market, request.interval, request.limit);
        return {
          items: candles.map(({ openTime, ...figures }) => ({
            ...figures,
            time: new Date(openTime).toISOString(),
          })),
        };
      },
      'key-permissions': async (_request, { account, row }) => {
        // Play money cannot be withdrawn, and the exchange's test system does not answer this question.
        const isReal = row.environment === 'live' || row.environment === 'sim';
        return { permissions: isReal ? ((await account.permissions?.()) ?? null) : null };
      },
      'cancel-orphan': (request, opened) => cancelOrphan(request, opened),
    };
  }

  async start(): Promise<void> {
    this.#worker = new Worker(queues.venueQueries, (job) => this.#answer(job), {
      connection: this.#connection,
      concurrency: CONCURRENCY,
    });
    this.#worker.on('error', (error) => this.#log.warn({ err: error }, 'venue queries'));
    await this.#worker.waitUntilReady();
  }

  async stop(): Promise<void> {
    await this.#worker?.close();
    await this.#accounts.close();
  }

  async #answer(job: Job): Promise<VenueQueryAnswer<VenueQueryName>> {
    const name = job.name as VenueQueryName;
    const query = Object.hasOwn(venueQueries, name) ? venueQueries[name] : undefined;
    if (query === undefined || !Value.Check(query.request, job.data)) {
      throw new Error(`"${job.name}" is not a venue query this node knows`);
    }
    try {
      return await withDeadline(this.#run(name, job.data), ANSWER_DEADLINE_MS, `the venue query ${name}`);
    } catch (error) {
      this.#log.warn({ err: error, query: name }, 'a venue query has no result');
      return failure(error);
    }
  }

  async #run(
    name: VenueQueryName,
    request: VenueQueryRequest<VenueQueryName>,
  ): Promise<VenueQueryAnswer<VenueQueryName>> {
    const handle = this.#handlers[name] as (
      request: unknown,
      opened: OpenAccount,
    ) => Promise<VenueQueryResult<VenueQueryName>>;
    if (name === SHARED) {
      const result = await this.#accounts.use(request.accountId, (shared) => handle(request, shared));
      return { ok: true, ...result };
    }
    const opened = await this.#venues.open(request.accountId);
    try {
      return { ok: true, ...(await handle(request, opened)) };
    } finally {
      await opened.account.close();
    }
  }

  async #legContext(
    { market: symbol }: VenueQueryRequest<'leg-context'>,
    { row, account }: OpenAccount,
  ): Promise<VenueQueryResult<'leg-context'>> {
    const markets = await this.#venues.markets(row.venue, row.environment);
    const market = await markets.market(symbol);
    if (market === null)
      throw new VenueError('unknown-market', 'MARKET_UNKNOWN', `The venue does not list ${symbol}.`);
    const [quote, rates, balances] = await Promise.all([
      markets.quote(symbol),
      account.feeRates(symbol),
      account.balances(),
    ]);
    const free = (asset: string): string => balances.find((balance) => balance.asset === asset)?.free ?? '0';
    return {
      market,
      ...quote,
      makerRate: rates.maker,
      takerRate: rates.taker,
      baseFree: free(market.base),
      quoteFree: free(market.quote),
      time: new Date().toISOString(),
    };
  }
}

/** Only an order that is open now and carries our prefix is touched. */
async function cancelOrphan(
  { market, exchangeOrderId }: VenueQueryRequest<'cancel-orphan'>,
  { account }: OpenAccount,
): Promise<VenueQueryResult<'cancel-orphan'>> {
  const open = await account.openOrders(market);
  const order = open.find((report) => report.exchangeOrderId === exchangeOrderId);
  if (order === undefined || parseClientOrderId(order.clientOrderId) === null) return { outcome: 'gone' };
  const outcome = await account.cancel(market, order.clientOrderId);
  if (outcome.phase === 'canceled' || outcome.phase === 'gone') return { outcome: outcome.phase };
  return { outcome: 'unknown' };
}

function failure(error: unknown): VenueQueryFailure {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof VenueError && error.kind === 'unknown-market')
    return { ok: false, code: 'MARKET_UNKNOWN', message };
  if (error instanceof VenueError && error.kind === 'auth') {
    const field = error.code === 'SIGNATURE_REFUSED' ? 'secret' : 'apiKey';
    return { ok: false, code: 'CREDENTIALS_REFUSED', message, field };
  }
  return { ok: false, code: 'VENUE_UNAVAILABLE', message };
}
