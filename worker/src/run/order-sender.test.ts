import type { Logger } from '@gridfleet/shared/infra';
import { describe, expect, it } from 'vitest';
import { orderRow } from '../testing/order-row.js';
import type { CancelOutcome, PlaceOutcome, VenueAccount } from '../venue/venue.js';
import { liveOrder, type LiveOrder } from './live-order.js';
import { Mailbox, type Letter } from './mailbox.js';
import { OrderSender } from './order-sender.js';
import type { RunFrame } from './step.js';

interface Rig {
  sender: OrderSender;
  placed: string[];
  letters(): Letter[];
}

const HELD_BACK = { code: 'GATE_CLOSED', message: 'closed' };

function setUp(
  extend: (ids: string[], notAfter: Date) => Promise<void> = () =>
    Promise.reject(new Error('nothing is extended')),
): Rig {
  const placed: string[] = [];
  const mailbox = new Mailbox();
  const account: Partial<VenueAccount> = {
    place: async (request): Promise<PlaceOutcome> => {
      placed.push(request.clientOrderId);
      return { phase: 'rejected', reason: { code: 'ORDER_REJECTED', message: 'x' } };
    },
    cancel: async (): Promise<CancelOutcome> => ({ phase: 'not-sent', reason: HELD_BACK }),
    order: () => Promise.reject(new Error('nobody should ask')),
  };
  const frame = { context: { legs: [{ market: {} }] } } as unknown as RunFrame;
  const sender = new OrderSender(frame, {
    accountOf: () => account as VenueAccount,
    lease: { signal: new AbortController().signal, remainingMs: () => 5_000 },
    mailbox,
    extend,
    log: {} as Logger,
  });
  return { sender, placed, letters: () => mailbox.take().letters };
}

const intent = (id: string, validForMs: number): LiveOrder =>
  liveOrder(orderRow({ clientOrderId: id, notAfter: new Date(Date.now() + validForMs) }), []);

describe('placements while a gap of the private stream is open', () => {
  it('wait for its end and leave then, in order', async () => {
    const { sender, placed } = setUp();
    sender.hold();
    for (const id of ['a', 'b', 'c']) sender.place(intent(id, 60_000));
    await sender.settled();
    expect(placed).toEqual([]);
    expect(sender.isInFlight('a')).toBe(true);
    sender.release();
    await sender.settled();
    expect(placed).toEqual(['a', 'b', 'c']);
    expect(sender.isInFlight('a')).toBe(false);
  });

  it('are given up when they waited too long, because the rules may have changed', async () => {
    const { sender, placed, letters } = setUp();
    sender.hold();
    sender.place(intent('late', 1_000));
    sender.release();
    await sender.settled();
    expect(placed).toEqual([]);
    expect(letters()).toMatchObject([
      {
        type: 'outcome',
        clientOrderId: 'late',
        outcome: { phase: 'not-sent', reason: { code: 'STREAM_GAP' } },
      },
    ]);
    expect(sender.isInFlight('late')).toBe(false);
  });

  it('go at once when there is none', async () => {
    const { sender, placed } = setUp();
    sender.place(intent('a', 60_000));
    await sender.settled();
    expect(placed).toEqual(['a']);
  });
});

describe('a cancel', () => {
  it('that a limit held back concludes nothing and asks nothing', async () => {
    const { sender, letters } = setUp();
    sender.cancel(intent('a', 60_000));
    await sender.settled();
    expect(letters()).toEqual([]);
  });
});

describe('intents that waited longer than their validity', () => {
  const aged = (id: string): LiveOrder => {
    const order = intent(id, 1_000);
    return { ...order, row: { ...order.row, id } };
  };

  it('are prolonged together, before they leave', async () => {
    const prolonged: string[][] = [];
    const { sender, placed } = setUp(async (ids) => {
      expect(placed.filter((id) => ids.includes(id))).toEqual([]);
      prolonged.push(ids);
    });
    const ids = Array.from({ length: 20 }, (_, index) => `o${index}`);
    for (const id of ids) sender.place(aged(id));
    await sender.settled();
    expect(placed.slice().sort()).toEqual(ids.slice().sort());
    expect(new Set(prolonged.flat())).toEqual(new Set(ids));
    // Twelve leave at once, each on its own; the eight that waited go together.
    expect(prolonged.map((together) => together.length)).toEqual([...Array<number>(12).fill(1), 8]);
  });

  it('do not leave when MySQL did not take it', async () => {
    const { sender, placed, letters } = setUp(() => Promise.reject(new Error('MySQL is gone')));
    const order = aged('a');
    sender.place(order);
    await sender.settled();
    expect(placed).toEqual([]);
    expect(letters()).toMatchObject([{ type: 'failure' }]);
    expect(sender.validUntil(order)).toBe(order.row.notAfter.getTime());
  });
});
