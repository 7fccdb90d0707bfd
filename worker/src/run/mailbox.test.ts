import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { OrderReport } from '../venue/venue.js';
import { Mailbox, type Letter } from './mailbox.js';

const quote = (bid: string): Parameters<Mailbox['putQuote']>[0] => ({
  bid,
  ask: bid,
  last: null,
  receivedAt: 0,
});
const { signal } = new AbortController();

describe('a mailbox', () => {
  it('wakes its reader for every quote while nobody judges them', async () => {
    const mailbox = new Mailbox();
    const waiting = mailbox.wait(60_000, signal);
    mailbox.putQuote(quote('1'));
    await waiting;
    expect(mailbox.take().quote?.bid).toBe('1');
  });

  it('keeps an idle quote without waking anybody', async () => {
    const mailbox = new Mailbox();
    mailbox.judgeQuotes(({ bid }) => bid === 'idle');
    let woken = false;
    const waiting = mailbox.wait(60_000, signal).then(() => (woken = true));
    mailbox.putQuote(quote('idle'));
    await new Promise((resolve) => setImmediate(resolve));
    expect(woken).toBe(false);
    mailbox.putQuote(quote('2'));
    await waiting;
    expect(mailbox.take().quote?.bid).toBe('2');
  });

  it('gives the idle quote to whoever reads for another reason', () => {
    const mailbox = new Mailbox();
    mailbox.judgeQuotes(() => true);
    mailbox.putQuote(quote('1'));
    mailbox.putQuote(quote('2'));
    expect(mailbox.take().quote?.bid).toBe('2');
  });

  it('does not wait over a quote that has stopped being idle', async () => {
    const mailbox = new Mailbox();
    let isIdle = true;
    mailbox.judgeQuotes(() => isIdle);
    mailbox.putQuote(quote('1'));
    isIdle = false;
    await mailbox.wait(60_000, signal);
    expect(mailbox.take().quote?.bid).toBe('1');
  });

  it('takes the newest quote from where it follows, though it was never put here', async () => {
    const mailbox = new Mailbox();
    let newest = quote('1');
    mailbox.follow(() => newest);
    mailbox.judgeQuotes(({ bid }) => bid !== '3');
    expect(mailbox.take().quote?.bid).toBe('1');
    expect(mailbox.take().quote).toBeNull();
    newest = quote('2');
    expect(mailbox.take().quote?.bid).toBe('2');
    newest = quote('3');
    await mailbox.wait(60_000, signal);
    expect(mailbox.take().quote?.bid).toBe('3');
  });
});

const report = (filledQuantity: string): OrderReport =>
  ({ state: 'open', fill: null, filledQuantity }) as unknown as OrderReport;
const rests: Letter = {
  type: 'outcome',
  clientOrderId: 'a',
  outcome: { phase: 'accepted', report: report('0') },
};
const hasFilled: Letter = { type: 'report', report: report('0.1') };

describe('the word that an order rests', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** A mailbox whose reader waits, and when it woke, ms from now. */
  function reader(isMoreComing: () => boolean): { mailbox: Mailbox; woken: () => number | null } {
    const mailbox = new Mailbox();
    mailbox.gatherWhile(isMoreComing);
    const began = performance.now();
    let at: number | null = null;
    void mailbox.wait(60_000, signal).then(() => (at = performance.now() - began));
    return { mailbox, woken: () => at };
  }

  it('waits a moment for that of others, counted from the first', async () => {
    const { mailbox, woken } = reader(() => true);
    mailbox.put(rests);
    await vi.advanceTimersByTimeAsync(20);
    mailbox.put(rests);
    await vi.advanceTimersByTimeAsync(4);
    expect(woken()).toBeNull();
    await vi.advanceTimersByTimeAsync(1);
    expect(woken()).toBe(25);
    expect(mailbox.take().letters).toHaveLength(2);
  });

  it('waits for nobody when it is the last', async () => {
    let left = 2;
    const { mailbox, woken } = reader(() => --left > 0);
    mailbox.put(rests);
    await vi.advanceTimersByTimeAsync(5);
    mailbox.put(rests);
    await vi.advanceTimersByTimeAsync(0);
    expect(woken()).toBe(5);
  });

  it('goes with a fill at once, whichever came first', async () => {
    const { mailbox, woken } = reader(() => true);
    mailbox.put(rests);
    mailbox.put(hasFilled);
    await vi.advanceTimersByTimeAsync(0);
    expect(woken()).toBe(0);
    const unread = new Mailbox();
    unread.gatherWhile(() => true);
    unread.put(hasFilled);
    unread.put(rests);
    await unread.wait(60_000, signal);
    expect(unread.take().letters).toHaveLength(2);
  });

  it('waits for what is left of its moment when it came while nobody was waiting', async () => {
    const mailbox = new Mailbox();
    mailbox.gatherWhile(() => true);
    mailbox.put(rests);
    await vi.advanceTimersByTimeAsync(10);
    let isOver = false;
    void mailbox.wait(60_000, signal).then(() => (isOver = true));
    await vi.advanceTimersByTimeAsync(14);
    expect(isOver).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(isOver).toBe(true);
  });
});
