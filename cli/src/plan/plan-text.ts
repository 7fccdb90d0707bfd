import type { StrategyConfig } from '@gridfleet/shared/schema';
import { textTable } from '../text-table.js';
import type { PlanReport } from './plan-report.js';

/** The plan for people: orders, funds, one cycle, and why it is refused if it is. */
export function planText(config: StrategyConfig, report: PlanReport): string {
  const { base, quote } = config.market;
  const lines = [`${config.kind.title} on ${report.symbol} at ${report.price} ${quote}`, ''];
  if (report.orders.length > 0) {
    const rows = report.orders.map(({ cell, side, price, quantity, reserved, reservedAsset }) => [
      String(cell),
      side,
      price,
      quantity,
      `${reserved} ${reservedAsset}`,
    ]);
    lines.push(textTable(['cell', 'side', `price ${quote}`, `quantity ${base}`, 'reserves'], rows), '');
    lines.push(`Needs ${report.requiredQuote} ${quote} and ${report.requiredBase} ${base}.`);
    if (report.initialPurchase !== '0') lines.push(`Buys ${report.initialPurchase} ${base} at the start.`);
  }
  if (report.cycle !== null) {
    const { gross, fees, net, netPct } = report.cycle;
    lines.push(`A cycle earns ${gross}, pays ${fees} in fees and keeps ${net} ${quote} (${netPct} %).`);
  }
  if (report.breakEvenStepPct !== null)
    lines.push(`A step below ${report.breakEvenStepPct} % would not pay its fees.`);
  if (report.worstCase !== null)
    lines.push(
      `At worst it holds ${report.worstCase.base} ${base}, worth ${report.worstCase.valueAtLower} ${quote} at the lowest level.`,
    );
  for (const { code, cell, message } of report.refusals)
    lines.push(`Refused (${code}${cell === null ? '' : `, cell ${cell}`}): ${message}`);
  return `${lines.join('\n')}\n`;
}
