import type { Severity } from '@gridfleet/shared/schema';
import type { Payload } from '../payload.js';

/** Words of one language. `titles` are sentences without an end; labels stand before a colon. */
export interface Words {
  severities: Readonly<Record<Severity, string>>;
  titles: Readonly<Record<Payload['event'], string>>;
  /** Titles of a halt that lets positions be reduced. */
  reducing: string;
  platform: string;
  sides: Readonly<Record<'buy' | 'sell', string>>;
  labels: Readonly<
    Record<
      | 'strategy'
      | 'market'
      | 'account'
      | 'reason'
      | 'by'
      | 'price'
      | 'quantity'
      | 'amount'
      | 'fee'
      | 'net'
      | 'time'
      | 'day'
      | 'netProfit'
      | 'fees'
      | 'volume'
      | 'fills'
      | 'cycles'
      | 'running'
      | 'alerts',
      string
    >
  >;
  colon: string;
  summary: (count: number, from: string, to: string) => string;
  testBody: string;
}
