import { createLogger } from '@gridfleet/shared/infra';
import { describe, expect, it } from 'vitest';
import type { PrivateListener, VenueAccount } from '../venue/venue.js';
import type { Venues } from '../venue/venues.js';
import { AccountSessions, type AccountSession } from './account-sessions.js';

/** An account whose private streams are told here what to say. */
async function open(): Promise<{ session: AccountSession; streams: PrivateListener[] }> {
  const streams: PrivateListener[] = [];
  const account: Partial<VenueAccount> = {
    watchPrivate: async (listener, signal) => {
      streams.push(listener);
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      listener.onGap('private stream ended');
    },
    close: async () => undefined,
  };
  const venues = { open: async () => ({ account, row: { venue: 'binance' } }) } as unknown as Venues;
  const session = await new AccountSessions(venues, createLogger('test', 'fatal')).acquire(1);
  return { session, streams };
}

describe('the private stream of an account', () => {
  it('hears nothing before it has opened', async () => {
    const { session, streams } = await open();
    expect(session.hearsSince()).toBe(Infinity);
    streams[0]?.onGap('private stream opened');
    expect(session.hearsSince()).toBeCloseTo(Date.now(), -3);
    await session.release();
  });

  it('hears anew only when the one that replaces it has opened, whatever the former one still says', async () => {
    const { session, streams } = await open();
    streams[0]?.onGap('private stream opened');
    session.restartStream('it is deaf');
    await new Promise((resolve) => setImmediate(resolve));
    streams[0]?.onGap('private stream lost');
    expect(session.hearsSince()).toBe(Infinity);
    streams[1]?.onGap('private stream opened');
    expect(session.hearsSince()).toBeLessThan(Infinity);
    await session.release();
  });
});
