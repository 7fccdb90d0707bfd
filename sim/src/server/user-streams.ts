import type { Account } from '../account/accounts.js';
import type { OrderEvent, VenueListener } from '../venue/events.js';
import { accountPosition, executionReport, executionType } from '../venue/reports.js';
import type { Peer } from './peer.js';
import { openGate, type StreamGate, type StreamMessage } from './stream-gate.js';

/** One connection's subscription to one account's events. */
interface UserSubscription {
  peer: Peer;
  id: number;
}

/** The user-data streams of a venue: every private event goes to everybody subscribed to its account. */
export class UserStreams implements VenueListener {
  readonly #subscriptions = new Map<Account, Set<UserSubscription>>();
  #eventId = 1;

  constructor(private readonly gate: StreamGate = openGate) {}

  /** @returns how to end the subscription. */
  subscribe(account: Account, peer: Peer, id: number): () => void {
    const subscription = { peer, id };
    const subscriptions = this.#subscriptions.get(account) ?? new Set();
    this.#subscriptions.set(account, subscriptions.add(subscription));
    return () => subscriptions.delete(subscription);
  }

  count(): number {
    let total = 0;
    for (const subscriptions of this.#subscriptions.values()) total += subscriptions.size;
    return total;
  }

  /** Ends an account's subscriptions as the exchange does: a last event, then silence on an open connection. */
  terminate(account: Account, time: number): void {
    const event = JSON.stringify({ e: 'eventStreamTerminated', E: time });
    for (const { peer, id } of this.#subscriptions.get(account) ?? []) {
      peer.send(`{"subscriptionId":${id},"event":${event}}`);
    }
    this.#subscriptions.delete(account);
  }

  order(event: OrderEvent): void {
    const eventId = this.#eventId++;
    const { account, rules } = event.order;
    this.#send(account, { stream: `executionReport:${executionType(event)}`, symbol: rules.symbol }, () =>
      executionReport(event, eventId),
    );
  }

  balances(account: Account, assets: ReadonlySet<string>, time: number): void {
    this.#send(account, { stream: 'outboundAccountPosition' }, () => accountPosition(account, assets, time));
  }

  #send(account: Account, message: StreamMessage, make: () => unknown): void {
    const subscriptions = this.#subscriptions.get(account);
    if (!subscriptions || subscriptions.size === 0) return;
    const text = JSON.stringify(make());
    const about = { ...message, account: account.apiKey };
    for (const { peer, id } of [...subscriptions]) {
      this.gate.send(peer, about, `{"subscriptionId":${id},"event":${text}}`);
    }
  }
}
