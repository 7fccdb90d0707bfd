import type { Violations } from './violation.js';

/** What is looked at in an order's record, of whatever kind of venue. */
export interface SeenOrder {
  apiKey: string;
  symbol: string;
  orderId: number;
  clientOrderId: string;
  status: string;
  /** Exchange time, ms. */
  updateTime: number;
}

/**
 * Client order ids of strategies: `gf`, salt (4), strategy (6), leg (1), slot (4), side, generation (5). What comes
 * before the side names the slot.
 */
const STRATEGY_ID = /^(gf[A-Za-z0-9]{15})[BS][A-Za-z0-9]{5}$/;
const OPEN = new Set(['NEW', 'PARTIALLY_FILLED']);

/** Watches the client order ids of one venue's accounts, from ledger records alone. */
export class OrderReferee {
  /** Every id used, with the order that used it last. */
  readonly #used = new Map<string, number>();
  /** Order ids that are live, by client order id and by slot. */
  readonly #liveIds = new Map<string, Set<number>>();
  readonly #liveSlots = new Map<string, Set<number>>();

  constructor(
    private readonly venue: string,
    private readonly violations: Violations,
  ) {}

  /** Takes note of an order's record after each change. */
  see(record: SeenOrder): void {
    const { apiKey, symbol, orderId, clientOrderId, status } = record;
    const id = `${apiKey} ${symbol} ${clientOrderId}`;
    const slotName = STRATEGY_ID.exec(clientOrderId)?.[1];
    const slot = slotName === undefined ? undefined : `${apiKey} ${symbol} ${slotName}`;
    const live = OPEN.has(status);
    this.#checkReuse(record, id);
    this.#checkLive(
      this.#liveIds,
      id,
      record,
      live,
      'client-id-live-twice',
      `client order id ${clientOrderId}`,
    );
    if (slot !== undefined && slotName !== undefined) {
      this.#checkLive(this.#liveSlots, slot, record, live, 'slot-live-twice', `strategy slot ${slotName}`);
    }
    this.#used.set(id, orderId);
  }

  #checkReuse({ apiKey, symbol, orderId, clientOrderId, updateTime }: SeenOrder, id: string): void {
    const before = this.#used.get(id);
    if (before === undefined || before === orderId || this.#liveIds.get(id)?.has(before)) return;
    this.violations.add({
      code: 'client-id-reused',
      message: `order ${orderId} in ${symbol} has client order id ${clientOrderId}, which order ${before} had before it closed`,
      venue: this.venue,
      account: apiKey,
      orderIds: [before, orderId],
      requestIds: [],
      time: updateTime,
    });
  }

  #checkLive(
    index: Map<string, Set<number>>,
    key: string,
    { apiKey, symbol, orderId, updateTime }: SeenOrder,
    live: boolean,
    code: 'client-id-live-twice' | 'slot-live-twice',
    subject: string,
  ): void {
    const orders = index.get(key) ?? new Set();
    const known = orders.has(orderId);
    if (live) index.set(key, orders.add(orderId));
    else if (orders.delete(orderId) && orders.size === 0) index.delete(key);
    if (!live || known || orders.size < 2) return;
    this.violations.add({
      code,
      message: `${orders.size} orders in ${symbol} are live with ${subject}`,
      venue: this.venue,
      account: apiKey,
      orderIds: [...orders],
      requestIds: [],
      time: updateTime,
    });
  }
}
