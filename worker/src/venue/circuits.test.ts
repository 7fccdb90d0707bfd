import { describe, expect, it } from 'vitest';
import { Circuits } from './circuits.js';

const FUNDS = { code: 'INSUFFICIENT_FUNDS', message: 'Account has insufficient balance.' };
const CROSS = { code: 'WOULD_CROSS', message: 'Order would immediately match and take.' };

function start(): { circuits: Circuits; pass: (ms: number) => void } {
  let now = 1_000;
  return { circuits: new Circuits(() => now), pass: (ms) => (now += ms) };
}

function refuse(circuits: Circuits, times: number, side: 'buy' | 'sell' = 'buy'): boolean[] {
  return Array.from({ length: times }, () => circuits.refused('BTC/USDT', side, FUNDS));
}

describe('a circuit', () => {
  it('opens at the third identical refusal and says why and for how long', () => {
    const { circuits } = start();
    expect(refuse(circuits, 3)).toEqual([false, false, true]);
    expect(circuits.check('BTC/USDT', 'buy')).toEqual({ reason: FUNDS, retryInMs: 60_000 });
  });

  it('holds back only this market and side', () => {
    const { circuits } = start();
    refuse(circuits, 3);
    expect(circuits.check('BTC/USDT', 'sell')).toBeNull();
    expect(circuits.check('ETH/USDT', 'buy')).toBeNull();
  });

  it('stays closed for refusals of single prices', () => {
    const { circuits } = start();
    for (let count = 0; count < 50; count++) circuits.refused('BTC/USDT', 'buy', CROSS);
    expect(circuits.check('BTC/USDT', 'buy')).toBeNull();
  });

  it('forgets refusals when an order is accepted in between', () => {
    const { circuits } = start();
    refuse(circuits, 2);
    circuits.accepted('BTC/USDT', 'buy');
    expect(refuse(circuits, 2)).toEqual([false, false]);
    expect(circuits.check('BTC/USDT', 'buy')).toBeNull();
  });

  it('lets one probe through when its time is up, and closes when the probe is accepted', () => {
    const { circuits, pass } = start();
    refuse(circuits, 3);
    pass(60_000);
    expect(circuits.check('BTC/USDT', 'buy')).toBeNull();
    expect(circuits.check('BTC/USDT', 'buy')).not.toBeNull();
    circuits.accepted('BTC/USDT', 'buy');
    expect(circuits.check('BTC/USDT', 'buy')).toBeNull();
  });

  it('stays open twice as long after each refused probe, up to a quarter of an hour', () => {
    const { circuits, pass } = start();
    refuse(circuits, 3);
    const waits: number[] = [];
    for (let probe = 0; probe < 6; probe++) {
      const open = circuits.check('BTC/USDT', 'buy');
      waits.push(open?.retryInMs ?? 0);
      pass(open?.retryInMs ?? 0);
      expect(circuits.check('BTC/USDT', 'buy')).toBeNull();
      refuse(circuits, 1);
    }
    expect(waits).toEqual([60_000, 120_000, 240_000, 480_000, 900_000, 900_000]);
  });

  it('is not made longer by orders that were under way when it opened', () => {
    const { circuits } = start();
    refuse(circuits, 20);
    expect(circuits.check('BTC/USDT', 'buy')?.retryInMs).toBe(60_000);
  });

  it('probes again when nobody concluded the probe', () => {
    const { circuits, pass } = start();
    refuse(circuits, 3);
    pass(60_000);
    expect(circuits.check('BTC/USDT', 'buy')).toBeNull();
    pass(30_000);
    expect(circuits.check('BTC/USDT', 'buy')).toBeNull();
  });
});
