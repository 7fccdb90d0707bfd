import { describe, expect, it } from 'vitest';
import { Mailbox } from './mailbox.js';

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
