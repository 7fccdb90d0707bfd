import type { BacktestCreate } from '../api/types.js';

/** Everything of a backtest beside the params of the strategy; texts as typed. */
export interface BacktestDraft {
  name: string;
  candleFileId: number | null;
  kind: string;
  symbol: string;
  tickSize: string;
  stepSize: string;
  minNotional: string;
  maker: string;
  taker: string;
  quote: string;
  base: string;
  fillModel: 'close' | 'touch' | 'strict' | 'path';
  slippage: string;
  sweepOn: boolean;
  sweep: string;
  trainPct: string;
}

export const EMPTY_DRAFT: BacktestDraft = {
  name: '',
  candleFileId: null,
  kind: '',
  symbol: '',
  tickSize: '0.01',
  stepSize: '0.00001',
  minNotional: '',
  maker: '0.001',
  taker: '0.001',
  quote: '10000',
  base: '0',
  fillModel: 'path',
  slippage: '0',
  sweepOn: false,
  sweep: '',
  trainPct: '70',
};

const DECIMAL = /^\d{1,18}(?:\.\d{1,18})?$/;
const RATE = /^-?0(?:\.\d{1,18})?$/;
const FRACTION = /^0(?:\.\d{1,18})?$/;
const SYMBOL = /^[^/:\s]+\/[^/:\s]+(?::[^/:\s]+)?$/;

/** Fields of the draft that are missing or badly formed, by name. */
export function draftProblems(draft: BacktestDraft): Map<keyof BacktestDraft, 'required' | 'pattern'> {
  const problems = new Map<keyof BacktestDraft, 'required' | 'pattern'>();
  const check = (field: keyof BacktestDraft, pattern: RegExp | null, required = true): void => {
    const text = String(draft[field] ?? '').trim();
    if (text === '') {
      if (required) problems.set(field, 'required');
    } else if (pattern && !pattern.test(text)) problems.set(field, 'pattern');
  };
  check('name', null);
  check('kind', null);
  check('symbol', SYMBOL);
  for (const field of ['tickSize', 'stepSize'] as const) check(field, DECIMAL);
  for (const field of ['minNotional', 'quote', 'base'] as const) check(field, DECIMAL, false);
  for (const field of ['maker', 'taker'] as const) check(field, RATE);
  check('slippage', FRACTION);
  if (draft.candleFileId === null) problems.set('candleFileId', 'required');
  if (draft.sweepOn) {
    check('sweep', /=/);
    check('trainPct', /^(?:[1-8]\d|90)$/);
  }
  return problems;
}

/** The request of a draft without problems. */
export function toBacktestRequest(draft: BacktestDraft, params: Record<string, unknown>): BacktestCreate {
  const optional = (key: string, text: string): Record<string, string> =>
    text.trim() === '' ? {} : { [key]: text.trim() };
  return {
    name: draft.name.trim(),
    candleFileId: draft.candleFileId ?? 0,
    config: {
      kind: draft.kind,
      symbol: draft.symbol.trim(),
      params,
      market: {
        tickSize: draft.tickSize.trim(),
        stepSize: draft.stepSize.trim(),
        ...optional('minNotional', draft.minNotional),
      },
      fees: { maker: draft.maker.trim(), taker: draft.taker.trim() },
      balance: { ...optional('quote', draft.quote), ...optional('base', draft.base) },
    },
    fillModel: draft.fillModel,
    slippage: draft.slippage.trim(),
    ...(draft.sweepOn ? { sweep: { grid: draft.sweep.trim(), trainPct: Number(draft.trainPct) } } : {}),
  };
}

type Json = Record<string, unknown>;
const objectOf = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
const textOf = (value: unknown, fallback: string): string => (typeof value === 'string' ? value : fallback);

/** The draft of a backtest that was made before, to be changed and run again. */
export function draftOf(request: BacktestCreate): BacktestDraft {
  const { config } = request;
  const [market, fees, balance] = [config['market'], config['fees'], config['balance']].map(objectOf);
  return {
    name: request.name,
    candleFileId: request.candleFileId,
    kind: textOf(config['kind'], ''),
    symbol: textOf(config['symbol'], ''),
    tickSize: textOf(market?.['tickSize'], ''),
    stepSize: textOf(market?.['stepSize'], ''),
    minNotional: textOf(market?.['minNotional'], ''),
    maker: textOf(fees?.['maker'], EMPTY_DRAFT.maker),
    taker: textOf(fees?.['taker'], EMPTY_DRAFT.taker),
    quote: textOf(balance?.['quote'], ''),
    base: textOf(balance?.['base'], ''),
    fillModel: request.fillModel ?? 'path',
    slippage: request.slippage ?? '0',
    sweepOn: request.sweep !== undefined,
    sweep: request.sweep?.grid ?? '',
    trainPct: String(request.sweep?.trainPct ?? 70),
  };
}
