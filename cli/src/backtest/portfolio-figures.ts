import type { PortfolioResult } from '@gridfleet/shared/domain/backtest';

/** The sum's figures for people, in the order they are read. */
export function portfolioFigures({
  fillModel,
  quote,
  total,
}: PortfolioResult): [name: string, value: string][] {
  const orNone = (value: string | null, unit = ''): string => (value === null ? '–' : `${value}${unit}`);
  return [
    ['fill model', fillModel],
    ['buys / sells / cycles', `${total.buys} / ${total.sells} / ${total.cycles}`],
    ['grid profit, gross', `${total.grossGridProfit} ${quote}`],
    ['grid profit, net', `${total.netGridProfit} ${quote}`],
    ['fees', `${total.fees} ${quote}`],
    ['equity', `${total.startEquity} → ${total.equity} ${quote}`],
    ['return', `${total.roiPct} % (a year: ${orNone(total.annualisedPct, ' %')})`],
    ['buy and hold', `${total.holdPct} %`],
    ['largest drawdown', `${total.maxDrawdownPct} %`],
    ['Sharpe / Sortino', `${orNone(total.sharpe)} / ${orNone(total.sortino)}`],
  ];
}

export const LEG_HEADING = [
  'symbol',
  'kind',
  'cycles',
  'net grid profit',
  'fees',
  'start equity',
  'equity',
  'return %',
  'hold %',
  'drawdown %',
] as const;

/** A row for each strategy, and one for all. */
export function legRows({ legs, total }: PortfolioResult): string[][] {
  const row = (
    name: string,
    kind: string,
    of: PortfolioResult['total'] | PortfolioResult['legs'][number],
  ) => [
    name,
    kind,
    `${of.cycles}`,
    of.netGridProfit,
    of.fees,
    of.startEquity,
    of.equity,
    of.roiPct,
    of.holdPct,
    of.maxDrawdownPct,
  ];
  return [...legs.map((leg) => row(leg.symbol, leg.kind, leg)), row('total', '', total)];
}
