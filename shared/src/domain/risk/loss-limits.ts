import { Type, type Static } from 'typebox';
import { dec, decStr, Decimal, ZERO, type DecimalString } from '../numbers/decimal.js';
import type { DenialCode } from './denial-codes.js';
import { COOLDOWN_MINUTES, LOSS_WINDOW_MINUTES, type RiskLimits } from './limits.js';
import { WARNING_SHARE } from './order-limits.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** What is remembered of a scope between looks; JSON in MySQL, so that a restart changes nothing. */
export const RiskState = Type.Object({
  /** Whole days since the epoch, UTC. */
  day: Type.Integer(),
  /** Total profit when the day, or the limits' watch, began; quote. */
  dayStart: Type.String(),
  /** Highest total profit so far. */
  peak: Type.String(),
  /** Times of the losing cycles of the present row, ms. */
  losses: Type.Array(Type.Number()),
  /** Since when there has been a position, ms. */
  heldSince: Type.Union([Type.Number(), Type.Null()]),
  /** Cycles up to this id are counted. */
  lastCycleId: Type.String(),
});
export type RiskState = Static<typeof RiskState>;

/** A scope as it is at a moment. */
export interface RiskMark {
  type: 'mark';
  /** Total profit: realised and open, fees taken off; quote. */
  total: DecimalString;
  /** Whether anything is held; null for scopes without a market of their own. */
  held: boolean | null;
  /** Middle of the market, null when unknown. */
  price: DecimalString | null;
}
/** A completed cycle. */
export interface RiskCycle {
  type: 'cycle';
  id: string;
  net: DecimalString;
  time: number;
}

export interface RiskVerdict {
  level: 'warning' | 'breach';
  code: RiskStopCode;
  message: string;
  used: DecimalString;
  limit: DecimalString;
  /** When trading goes on by itself, ms; null when somebody has to say so. */
  resumeAt: number | null;
  /** Whether what is held is to be sold. */
  close: boolean;
}

/** Codes under which a scope is REDUCING because of its limits: an order refused for it is refused with the same code. */
const RISK_STOP_CODES = [
  'DAILY_LOSS_LIMIT',
  'DRAWDOWN_LIMIT',
  'LOSS_STREAK',
  'TIME_STOP',
  'PRICE_STOP',
] as const satisfies readonly DenialCode[];
export type RiskStopCode = (typeof RISK_STOP_CODES)[number];

/** The code of a limit that made a scope REDUCING; null for other reasons. */
export function riskStopCode(code: string | undefined): RiskStopCode | null {
  return RISK_STOP_CODES.find((each) => each === code) ?? null;
}

export function beginRiskState(total: DecimalString, lastCycleId: string, now: number): RiskState {
  return {
    day: Math.floor(now / DAY_MS),
    dayStart: total,
    peak: total,
    losses: [],
    heldSince: null,
    lastCycleId,
  };
}

function judged(
  code: RiskVerdict['code'],
  used: Decimal,
  limit: string | number | undefined,
  say: (used: string, limit: string) => string,
  rest: Partial<Pick<RiskVerdict, 'resumeAt' | 'close'>> = {},
): RiskVerdict[] {
  if (limit === undefined) return [];
  const bound = dec(String(limit));
  const isBreach = used.gte(bound);
  if (!isBreach && used.lt(bound.times(WARNING_SHARE))) return [];
  const [usedText, limitText] = [decStr(used.toDecimalPlaces(8)), decStr(bound)];
  return [
    {
      level: isBreach ? 'breach' : 'warning',
      code,
      message: say(usedText, limitText),
      used: usedText,
      limit: limitText,
      resumeAt: null,
      close: false,
      ...rest,
    },
  ];
}

/** How near a price is to a stop: below 1 before it, 1 at it. */
function stopUse(price: Decimal, stop: Decimal, isBelow: boolean): Decimal {
  return isBelow ? stop.div(price) : price.div(stop);
}

function priceStops(limits: RiskLimits, { price, held }: RiskMark, close: boolean): RiskVerdict[] {
  if (price === null || held === null || dec(price).lte(0)) return [];
  const now = dec(price);
  return [true, false].flatMap((isBelow) => {
    const stop = isBelow ? limits.stopPriceBelow : limits.stopPriceAbove;
    if (stop === undefined) return [];
    const use = stopUse(now, dec(stop), isBelow);
    // Near means within 1 %: a price stop at 80 % of the way there would warn all the time.
    if (use.lt('0.99')) return [];
    const level = use.gte(1) ? 'breach' : 'warning';
    const message = `The price ${price} has ${level === 'breach' ? 'reached' : 'come near'} the stop at ${stop}.`;
    const verdict: RiskVerdict = {
      level,
      code: 'PRICE_STOP',
      message,
      used: price,
      limit: stop,
      resumeAt: null,
      close,
    };
    return [verdict];
  });
}

function onMark(limits: RiskLimits, before: RiskState, mark: RiskMark, now: number) {
  const total = dec(mark.total);
  const day = Math.floor(now / DAY_MS);
  const dayStart = day === before.day ? before.dayStart : mark.total;
  const peak = total.gt(before.peak) ? mark.total : before.peak;
  const heldSince = mark.held === true ? (before.heldSince ?? now) : null;
  const isSame = day === before.day && peak === before.peak && heldSince === before.heldSince;
  const state = isSame ? before : { ...before, day, dayStart, peak, heldSince };
  const close = limits.onStop !== 'reduce';
  const heldMinutes = heldSince === null ? ZERO : dec(String(Math.floor((now - heldSince) / MINUTE_MS)));
  const verdicts = [
    ...judged(
      'DAILY_LOSS_LIMIT',
      Decimal.max(ZERO, dec(dayStart).minus(total)),
      limits.maxDailyLoss,
      (used, limit) =>
        `The loss since 00:00 UTC is ${used}, open loss and fees included; ${limit} is allowed.`,
      { resumeAt: (day + 1) * DAY_MS },
    ),
    ...judged(
      'DRAWDOWN_LIMIT',
      dec(peak).minus(total),
      limits.maxDrawdown,
      (used, limit) => `The total profit has fallen ${used} from its highest value; ${limit} is allowed.`,
    ),
    ...(heldSince === null
      ? []
      : judged(
          'TIME_STOP',
          heldMinutes,
          limits.maxHoldingMinutes,
          (used, limit) => `There has been a position for ${used} minutes; ${limit} are allowed.`,
          { close },
        )),
    ...priceStops(limits, mark, close),
  ];
  return { state, verdicts };
}

function onCycle(limits: RiskLimits, before: RiskState, cycle: RiskCycle) {
  const windowMs = (limits.lossWindowMinutes ?? LOSS_WINDOW_MINUTES) * MINUTE_MS;
  const losses = dec(cycle.net).lt(0)
    ? [...before.losses.filter((time) => cycle.time - time < windowMs), cycle.time]
    : [];
  const verdicts = judged(
    'LOSS_STREAK',
    dec(String(losses.length)),
    limits.maxConsecutiveLosses,
    (used, limit) => `${used} cycles in a row lost money; ${limit} begin a cool-down.`,
    { resumeAt: cycle.time + (limits.cooldownMinutes ?? COOLDOWN_MINUTES) * MINUTE_MS },
  );
  const isBreach = verdicts.some(({ level }) => level === 'breach');
  return { state: { ...before, lastCycleId: cycle.id, losses: isBreach ? [] : losses }, verdicts };
}

/**
 * Judges what happened to a scope by its limits. Pure; the state keeps its identity when nothing worth storing changed.
 * @param now ms since epoch
 */
export function stepRisk(
  limits: RiskLimits,
  state: RiskState,
  event: RiskMark | RiskCycle,
  now: number,
): { state: RiskState; verdicts: RiskVerdict[] } {
  return event.type === 'mark' ? onMark(limits, state, event, now) : onCycle(limits, state, event);
}
