import type { Side } from './order.js';

/** Alphanumeric and at most 32 characters: legal on every venue we know (Binance allows 36, OKX 32 without dashes). */
export const CLIENT_ORDER_ID_PREFIX = 'gf';

/** Slots that are not cells (initial purchase, exits) are numbered from here, far from any cell. */
export const AUXILIARY_SLOT = 500_000;
/** What a stop at the exchange trades is booked here, in every kind; it has no order of the machine's. */
export const STOP_SLOT = AUXILIARY_SLOT + 2;
const MAX_SLOT = 800_000;

export interface ClientOrderIdParts {
  /** Four characters [a-z0-9] of the installation epoch. */
  salt: string;
  strategyId: number;
  leg: number;
  slot: number;
  side: Side;
  /** Rises each time the slot's side is armed, so an id never comes back. */
  generation: number;
}

function fixed36(value: number, width: number, what: string): string {
  const text = Number.isSafeInteger(value) && value >= 0 ? value.toString(36) : '';
  if (text === '' || text.length > width)
    throw new RangeError(`${what} ${value} does not fit a client order id`);
  return text.padStart(width, '0');
}

/**
 * Deterministic client order id, 23 characters: prefix, salt(4), strategy(6), leg(1), slot(4), side, generation(5).
 * Every field has a fixed width, so different parts never make the same id.
 * @throws RangeError when a part is outside its range.
 */
export function clientOrderId(parts: ClientOrderIdParts): string {
  if (!/^[a-z0-9]{4}$/.test(parts.salt))
    throw new RangeError(`salt "${parts.salt}" must be four of [a-z0-9]`);
  if (!Number.isSafeInteger(parts.slot) || Math.abs(parts.slot) > MAX_SLOT)
    throw new RangeError(`slot ${parts.slot} does not fit a client order id`);
  // Zigzag: slots of moved grids may be negative.
  const slot = parts.slot >= 0 ? parts.slot * 2 : -parts.slot * 2 - 1;
  return [
    CLIENT_ORDER_ID_PREFIX,
    parts.salt,
    fixed36(parts.strategyId, 6, 'strategy'),
    fixed36(parts.leg, 1, 'leg'),
    fixed36(slot, 4, 'slot'),
    parts.side === 'buy' ? 'B' : 'S',
    fixed36(parts.generation, 5, 'generation'),
  ].join('');
}

/**
 * Whether an id was made by this installation (orders of others are shown, never touched).
 * @param salts of its present life, or of all its lives: a restored backup begins a new one
 */
export function isOurs(id: string | undefined, salts: string | readonly string[]): boolean {
  return [salts].flat().some((salt) => id?.startsWith(CLIENT_ORDER_ID_PREFIX + salt) === true);
}

const PARTS = /^([a-z0-9]{4})([a-z0-9]{6})([a-z0-9])([a-z0-9]{4})([BS])([a-z0-9]{5})$/;

/** The parts an id of ours was made of, null for any other text. */
export function parseClientOrderId(id: string): ClientOrderIdParts | null {
  if (!id.startsWith(CLIENT_ORDER_ID_PREFIX)) return null;
  const found = PARTS.exec(id.slice(CLIENT_ORDER_ID_PREFIX.length));
  if (found === null) return null;
  const [, salt = '', strategy = '', leg = '', slot = '', side, generation = ''] = found;
  const zigzag = parseInt(slot, 36);
  return {
    salt,
    strategyId: parseInt(strategy, 36),
    leg: parseInt(leg, 36),
    slot: zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2,
    side: side === 'B' ? 'buy' : 'sell',
    generation: parseInt(generation, 36),
  };
}
