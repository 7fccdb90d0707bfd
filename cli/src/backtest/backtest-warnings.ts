import type { BacktestResult } from '@gridfleet/shared/domain/backtest';
import { minute } from './minute.js';

/** When and why it ended, and why it would be refused live, once each. */
export function warningsOf(result: BacktestResult): string[] {
  const warnings = [...new Map(result.warnings.map(({ code, message }) => [code, message]))].map(
    ([code, message]) => `Live it would be refused (${code}): ${message}`,
  );
  const { ended } = result;
  return ended === null ? warnings : [`Ended ${minute(ended.time)} UTC: ${ended.message}`, ...warnings];
}
