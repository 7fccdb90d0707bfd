import { shiftDay } from './time.js';

export const DATE_RANGES = [
  'today',
  'yesterday',
  'week',
  'month',
  'this-month',
  'last-month',
  'all',
] as const;
export type DateRange = (typeof DATE_RANGES)[number];

/** First and last day of a range seen from `today`; '' is open. */
export function daysOf(range: DateRange, today: string): { from: string; to: string } {
  const firstOfMonth = `${today.slice(0, 7)}-01`;
  const lastOfMonthBefore = shiftDay(firstOfMonth, -1);
  switch (range) {
    case 'today':
      return { from: today, to: '' };
    case 'yesterday':
      return { from: shiftDay(today, -1), to: shiftDay(today, -1) };
    case 'week':
      return { from: shiftDay(today, -6), to: '' };
    case 'month':
      return { from: shiftDay(today, -29), to: '' };
    case 'this-month':
      return { from: firstOfMonth, to: '' };
    case 'last-month':
      return { from: `${lastOfMonthBefore.slice(0, 7)}-01`, to: lastOfMonthBefore };
    case 'all':
      return { from: '', to: '' };
  }
}
