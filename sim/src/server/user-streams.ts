import type { Account } from '../account/accounts.js';
import type { OrderEvent, VenueListener } from '../venue/events.js';
import { accountPosition, executionReport } from '../venue/reports.js';
import type { Peer } from './peer.js';

/** One connection's subscription to one account's events. */
interface UserSubscription {
  peer: Peer;
  id: number;
}

/** The user-data streams of a venue: every private event goes to everybody subscribed to its account. */
export class UserStreams implements VenueListener {
  readonly #subscriptions = new Map<Account, Set<UserSubscription>>();
  #eventId = 1;

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

  order(event: OrderEvent): void {
    const eventId = this.#eventId++;
    this.#send(event.order.account, () => executionReport(event, eventId));
  }

  balances(account: Account, assets: ReadonlySet<string>, time: number): void {
    this.#send(account, () => accountPosition(account, assets, time));
  }

  #send(account: Account, make: () => unknown): void {
    const subscriptions = this.#subscriptions.get(account);
    if (!subscriptions || subscriptions.size === 0) return;
    const text = JSON.stringify(make());
    for (const { peer, id } of subscriptions) peer.send(`{"subscriptionId":${id},"event":${text}}`);
  }
}
