import { fileURLToPath } from 'node:url';
import type { Clock } from '../../clock.js';
import type { Faults } from '../../faults/faults.js';
import type { FuturesTuning } from '../../futures/futures-venue.js';
import { loadFuturesRules } from '../../futures/rules.js';
import type { MarketSpec } from '../../market/market-spec.js';
import { SourceFactory, type SourceOptions } from '../../market/open-source.js';
import type { Referee } from '../../referee/referee.js';
import type { Outbox } from '../peer.js';
import type { RequestDesk } from '../request-desk.js';
import type { SpotHost } from '../spot-host.js';
import { FuturesHost } from './futures-host.js';
import type { FillModel } from '@gridfleet/shared/domain/matching';

const BUNDLED = fileURLToPath(new URL('../../../data/btcusdt-usdm-20240808.jsonl.gz', import.meta.url));

export interface FuturesOptions {
  clock: Clock;
  outbox: Outbox;
  desk: RequestDesk;
  faults: Faults;
  referee: Referee;
  sources: SourceOptions;
  /** Every market asked for; those that name a futures venue are its own. */
  markets: readonly MarketSpec[];
  seed: number | undefined;
  fillModel: FillModel | undefined;
  tuning: Partial<FuturesTuning>;
  /** File of the spot side; the futures side of each venue has its own beside it. */
  state: string | undefined;
}

/** Name of the futures side of a spot venue, as ccxt calls it: `binance` has `binanceusdm`. */
export function futuresName(spot: string): string {
  return `${spot}usdm`;
}

/** Opens the USDT-M side of each spot venue: the same accounts and prefix, markets of its own. */
export function openFutures(
  hosts: readonly SpotHost[],
  options: FuturesOptions,
): { hosts: FuturesHost[]; factory: SourceFactory } {
  const listing = loadFuturesRules();
  const factory = new SourceFactory(listing, options.sources);
  const opened = hosts.map((host, place) => {
    const { name: spot, prefix, venue } = host;
    const name = futuresName(spot);
    const asked = options.markets.filter((market) => market.venue === name);
    const { clock, outbox, desk, faults, referee, seed, fillModel, tuning, state } = options;
    return new FuturesHost({
      name,
      prefix,
      clock,
      accounts: venue.accounts,
      bans: venue.limits.limits,
      listing,
      firstId: Math.floor(clock.now() / 1000) * 1000,
      sources: asked.length === 0 ? factory.replay([BUNDLED]) : asked.map((market) => factory.open(market)),
      outbox,
      desk,
      gate: faults.gateOf(name),
      referee,
      tuning,
      ...(state === undefined ? {} : { state: `${state}.${name}`, saveAccounts: () => host.save() }),
      ...(seed === undefined ? {} : { seed: seed + place }),
      ...(fillModel === undefined ? {} : { fillModel }),
    });
  });
  return { hosts: opened, factory };
}
