import type { FuturesListener } from '../../futures/events.js';
import type { FuturesVenue } from '../../futures/futures-venue.js';
import {
  accountUpdate,
  algoUpdate,
  configUpdate,
  marginCall,
  orderUpdate,
} from '../../futures/stream-formats.js';
import type { Trader } from '../../futures/trader.js';
import type { Peer } from '../peer.js';
import type { StreamGate } from '../stream-gate.js';

interface Event extends Record<string, unknown> {
  e?: unknown;
}

/** The private streams of a futures venue: every event of an account goes to everybody connected with its key. */
export class FuturesUserStreams implements Required<Omit<FuturesListener, 'income' | 'settings'>> {
  readonly #peers = new Map<Trader, Map<Peer, string>>();

  constructor(
    private readonly venue: FuturesVenue,
    private readonly gate: StreamGate,
  ) {
    venue.events.add(this);
    venue.listenKeys.onEnd = (trader, key, reason) => this.#end(trader, key, reason);
  }

  /** Serves a connection made with a listen key; one with an unknown key stays silent, as at the exchange. */
  connect(peer: Peer, key: string): void {
    const trader = this.venue.listenKeys.traderOf(key);
    if (!trader) return;
    let peers = this.#peers.get(trader);
    if (!peers) this.#peers.set(trader, (peers = new Map<Peer, string>()));
    peers.set(peer, key);
    peer.ws.on('close', () => peers.delete(peer));
  }

  count(): number {
    return [...this.#peers.values()].reduce((sum, peers) => sum + peers.size, 0);
  }

  order(event: Parameters<NonNullable<FuturesListener['order']>>[0]): void {
    this.#send(event.order.trader, event.order.rules.symbol, () => orderUpdate(event));
  }

  account(event: Parameters<NonNullable<FuturesListener['account']>>[0]): void {
    this.#send(event.trader, undefined, () => accountUpdate(this.venue.sources, event));
  }

  algo(...[order, time]: Parameters<NonNullable<FuturesListener['algo']>>): void {
    this.#send(order.trader, order.rules.symbol, () => algoUpdate(order, time));
  }

  config(event: Parameters<NonNullable<FuturesListener['config']>>[0]): void {
    this.#send(event.trader, undefined, () => configUpdate(event));
  }

  marginCall(...[trader, positions, time]: Parameters<NonNullable<FuturesListener['marginCall']>>): void {
    this.#send(trader, undefined, () => marginCall(this.venue.sources, trader, positions, time));
  }

  #end(trader: Trader, listenKey: string, reason: 'expired' | 'closed'): void {
    if (reason === 'expired') {
      this.#send(trader, undefined, () => ({ e: 'listenKeyExpired', E: this.venue.clock.now(), listenKey }));
    }
    this.#peers.delete(trader);
  }

  #send(trader: Trader, symbol: string | undefined, make: () => Event): void {
    const peers = this.#peers.get(trader);
    if (!peers || peers.size === 0) return;
    const event = make();
    const text = JSON.stringify(event);
    const message = {
      stream: String(event.e),
      account: trader.account.apiKey,
      ...(symbol === undefined ? {} : { symbol }),
    };
    for (const peer of [...peers.keys()]) this.gate.send(peer, message, text);
  }
}
