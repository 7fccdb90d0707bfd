import { describe, expect, it } from 'vitest';
import {
  draftOf,
  draftProblems,
  EMPTY_DRAFT,
  toBacktestRequest,
  type BacktestDraft,
} from './backtest-request.js';

const good: BacktestDraft = {
  ...EMPTY_DRAFT,
  name: ' wave ',
  candleFileId: 4,
  kind: 'range-grid',
  symbol: 'SOL/USDT',
};

describe('the form of a backtest', () => {
  it('names what is missing', () => {
    expect([...draftProblems(EMPTY_DRAFT).keys()].sort()).toEqual(['candleFileId', 'kind', 'name', 'symbol']);
    expect(draftProblems(good).size).toBe(0);
  });

  it.each<[Partial<BacktestDraft>, keyof BacktestDraft]>([
    [{ symbol: 'SOLUSDT' }, 'symbol'],
    [{ tickSize: '1,5' }, 'tickSize'],
    [{ maker: '1' }, 'maker'],
    [{ slippage: '-0.1' }, 'slippage'],
    [{ quote: 'much' }, 'quote'],
    [{ sweepOn: true, sweep: 'levels' }, 'sweep'],
    [{ sweepOn: true, sweep: 'levels=1|2', trainPct: '95' }, 'trainPct'],
  ])('refuses %j', (change, field) => {
    expect([...draftProblems({ ...good, ...change }).keys()]).toEqual([field]);
  });

  it('accepts a rebate as maker fee, and leaves blank amounts out of the request', () => {
    const draft = { ...good, maker: '-0.0001', base: '' };
    expect(draftProblems(draft).size).toBe(0);
    const request = toBacktestRequest(draft, { levels: 5 });
    expect(request.name).toBe('wave');
    expect(request.config['balance']).toEqual({ quote: '10000' });
    expect(request.sweep).toBeUndefined();
  });

  it('comes back as it was sent', () => {
    const draft = { ...good, name: 'wave', sweepOn: true, sweep: 'levels=5:9:2', minNotional: '5' };
    expect(draftOf(toBacktestRequest(draft, {}))).toEqual(draft);
  });
});
