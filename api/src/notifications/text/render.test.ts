import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NOTIFICATION_EVENT_NAMES } from '@gridfleet/shared/schema';
import { emptyPayload, type Payload } from '../payload.js';
import { cut, escapeDiscord, escapeHeader, escapeHtml, escapeSlack } from './escape.js';
import { localTime, render } from './render.js';

const SUBJECT = {
  strategyId: 7,
  strategy: 'My grid',
  market: 'BTC/USDT',
  account: 'Main',
  environment: 'live',
};
const reader = { language: 'en', timeZone: 'Asia/Shanghai' };

function payload(part: Partial<Payload>): Payload {
  return { ...emptyPayload('halt', '2026-01-31T20:00:00.000Z'), ...part };
}

describe('a message', () => {
  it('says what, about what, why and when by the clocks of the reader', () => {
    const reason = { code: 'STOP_LOSS', message: 'The price fell below 50000.' };
    expect(render(payload({ event: 'exit', subject: SUBJECT, reason }), reader)).toEqual({
      severity: 'critical',
      title: 'Position exit · My grid',
      lines: [
        'Strategy: My grid (#7)',
        'Market: BTC/USDT',
        'Account: Main (live)',
        'Reason: The price fell below 50000. [STOP_LOSS]',
        'Time: 2026-02-01 04:00:00 (Asia/Shanghai)',
      ],
    });
  });

  it('of a fill, a cycle, a report and a summary has its figures', () => {
    const trade = { side: 'sell' as const, price: '60000', quantity: '0.01', amount: '600', fee: '0.6 USDT' };
    expect(render(payload({ event: 'fill', subject: SUBJECT, trade }), reader)).toMatchObject({
      title: 'Order filled · Sell BTC/USDT · My grid',
      lines: expect.arrayContaining(['Price: 60000', 'Quantity: 0.01', 'Fee: 0.6 USDT']) as string[],
    });
    const cycle = { buyPrice: '59000', sellPrice: '60000', quantity: '0.01', net: '8.81' };
    expect(render(payload({ event: 'cycle', subject: SUBJECT, cycle }), reader).title).toBe(
      'Grid cycle completed · 8.81 · My grid',
    );
    const report = {
      day: '2026-01-30',
      netProfit: '12.5',
      fees: '1',
      volume: '900',
      fills: 4,
      cycles: 2,
      running: 3,
      alerts: 1,
    };
    expect(
      render(payload({ event: 'daily-report', report }), { ...reader, language: 'zh-CN' }).lines,
    ).toEqual([
      '日期：2026-01-30',
      '净利润：12.5',
      '手续费：1',
      '成交额：900',
      '成交笔数：4',
      '循环数：2',
      '运行中的策略：3',
      '警报与警告：1',
      '时间：2026-02-01 04:00:00 (Asia/Shanghai)',
    ]);
    const summary = { count: 4, from: '2026-01-31T20:00:00.000Z', to: '2026-01-31T20:00:09.000Z' };
    expect(render(payload({ event: 'fill', summary }), reader).lines[0]).toBe(
      '4 more of these between 2026-02-01 04:00:00 and 2026-02-01 04:00:09.',
    );
  });

  it('exists for every event in both languages', () => {
    for (const language of ['en', 'zh-CN'])
      for (const event of NOTIFICATION_EVENT_NAMES)
        expect(render(payload({ event }), { ...reader, language }).title).not.toBe('');
  });

  it('has one line for each fact, whatever a strategy is called', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (strategy) => {
        const { title, lines } = render(
          payload({ event: 'halt', subject: { ...SUBJECT, strategy } }),
          reader,
        );
        expect(lines).toHaveLength(4);
        for (const line of [title, ...lines]) expect(line).not.toMatch(/[\r\n\u2028\u2029\u202e]/);
      }),
    );
  });

  it('gives times in UTC for a zone that nobody knows', () => {
    expect(localTime('2026-01-31T20:00:00.000Z', 'Mars/Olympus')).toBe('2026-01-31 20:00:00');
  });
});

describe('escaping', () => {
  it('leaves no character of the channel that means something', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(escapeHtml(text)).not.toMatch(/[<>"]/);
        expect(escapeSlack(text)).not.toMatch(/[<>]/);
        expect(escapeHeader(text)).not.toMatch(/[\r\n\0]/);
        expect(escapeDiscord(text).replaceAll(/\\[\s\S]/g, '')).not.toMatch(/[*_~`|>[\]()<@]/);
      }),
    );
  });

  it('cuts at whole characters', () => {
    expect(cut('😀😀😀', 2)).toBe('😀…');
    expect(cut('ab', 2)).toBe('ab');
  });
});
