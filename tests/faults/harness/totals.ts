import { Decimal } from '@gridfleet/shared/domain';
import type { GridRun } from './grid-run.js';

/** I3: what an order has filled and what fees were paid never becomes less. Looked at again and again. */
export class Totals {
  fills = 0;
  #quantity = new Decimal(0);
  #fees = new Decimal(0);

  constructor(readonly run: GridRun) {}

  /** Reads the totals and adds to `violations` when one has shrunk. */
  async look(violations: string[]): Promise<void> {
    const [row] = await this.run.rows(
      'SELECT COUNT(*) AS n, COALESCE(SUM(quantity), 0) AS quantity, COALESCE(SUM(fee), 0) AS fees FROM fill WHERE strategy_id = ?',
    );
    const fills = Number(row?.['n'] ?? 0);
    const quantity = new Decimal(row?.['quantity'] ?? '0');
    const fees = new Decimal(row?.['fees'] ?? '0');
    if (fills < this.fills || quantity.lt(this.#quantity) || fees.lt(this.#fees)) {
      violations.push(`I3: booked totals have shrunk from ${this.fills} fills to ${fills}`);
    }
    this.fills = fills;
    this.#quantity = quantity;
    this.#fees = fees;
  }
}
