import { Type, type Static } from 'typebox';

/** @param example a value of a sensible size, shown in forms */
const Positive = (description: string, example: string) =>
  Type.String({ pattern: '^(?=.*[1-9])\\d{1,18}(?:\\.\\d{1,18})?$', description, examples: [example] });
const Count = (description: string) => Type.Integer({ minimum: 1, maximum: 1_000_000, description });

/**
 * Limits a platform, an account or a strategy may carry; an absent one does not limit. Each counts what its own scope
 * has: a strategy's limit its own orders, an account's those of all strategies on it. Money is quote.
 */
export const RiskLimits = Type.Object(
  {
    maxOrderNotional: Type.Optional(Positive('Largest price × quantity of one order.', '500')),
    maxOpenNotional: Type.Optional(
      Positive('Largest sum of price × open quantity over unfinished orders.', '5000'),
    ),
    maxOpenOrders: Type.Optional(Count('Most unfinished orders.')),
    maxOpenPositions: Type.Optional(Count('Most positions and unfinished orders that would open one.')),
    maxExposure: Type.Optional(
      Positive('Largest cost of positions and of unfinished orders that open them.', '10000'),
    ),
    maxAssetExposure: Type.Optional(Positive('As maxExposure, for each base asset.', '5000')),
    maxOrdersPerSecond: Type.Optional(Count('Most new orders within one second.')),
    priceBandPercent: Type.Optional(
      Positive(
        'How far, in percent, an order may trade beyond the market: a BUY above the ask, a SELL below the bid.',
        '5',
      ),
    ),
    maxDailyLoss: Type.Optional(
      Positive('Largest loss since 00:00 UTC, fees and open loss included.', '200'),
    ),
    maxDrawdown: Type.Optional(Positive('Largest fall of the total profit from its highest value.', '500')),
    maxConsecutiveLosses: Type.Optional(Count('Losing cycles in a row that begin a cool-down.')),
    lossWindowMinutes: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 525_600,
        description: 'Losses count as a row within this time; 5 without it.',
      }),
    ),
    cooldownMinutes: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 525_600, description: 'Length of a cool-down; 60 without it.' }),
    ),
    maxHoldingMinutes: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 5_256_000,
        description: 'Time stop: longest time with a position (strategies only).',
      }),
    ),
    stopPriceBelow: Type.Optional(
      Positive(
        'Price stop: at this price or below it the strategy stops (strategies only), in quote.',
        '140',
      ),
    ),
    stopPriceAbove: Type.Optional(
      Positive(
        'Price stop: at this price or above it the strategy stops (strategies only), in quote.',
        '170',
      ),
    ),
    onStop: Type.Optional(
      Type.Union([Type.Literal('reduce'), Type.Literal('close')], {
        description:
          'What a time or price stop does: open nothing more, or also sell what is held. close without it.',
      }),
    ),
  },
  { additionalProperties: false, title: 'RiskLimits' },
);
export type RiskLimits = Static<typeof RiskLimits>;

/** Whose limits. */
export type RiskScopeName = 'platform' | 'account' | 'strategy';

/** Limits in force where none have been set. An order far beyond the market is a mistake whoever asks for it. */
export const DEFAULT_LIMITS: Readonly<Record<RiskScopeName, RiskLimits>> = {
  platform: {},
  account: {},
  strategy: { priceBandPercent: '10', maxOpenOrders: 2000 },
};

/** Minutes that hold where a limit names none; those of the losing streak are what traders of the first product knew. */
export const LOSS_WINDOW_MINUTES = 5;
export const COOLDOWN_MINUTES = 60;

/** Limits only a strategy may carry: prices and holding times belong to one market. */
export const STRATEGY_ONLY: readonly (keyof RiskLimits)[] = [
  'maxHoldingMinutes',
  'stopPriceBelow',
  'stopPriceAbove',
  'onStop',
];

/** Limits whose use is a sum over strategies when an account or the platform carries them. */
const SUMMED: readonly (keyof RiskLimits)[] = [
  'maxOpenNotional',
  'maxOpenOrders',
  'maxOpenPositions',
  'maxExposure',
  'maxAssetExposure',
  'maxOrdersPerSecond',
];

/** Whether these limits need sums over other strategies' rows. */
export function needsSums(limits: RiskLimits): boolean {
  return SUMMED.some((name) => limits[name] !== undefined);
}

/** Limits judged as time goes by, not by order. */
const LOSSES: readonly (keyof RiskLimits)[] = [
  'maxDailyLoss',
  'maxDrawdown',
  'maxConsecutiveLosses',
  'maxHoldingMinutes',
  'stopPriceBelow',
  'stopPriceAbove',
];

/** Whether these limits need a look at profit, price and time. */
export function needsWatching(limits: RiskLimits): boolean {
  return LOSSES.some((name) => limits[name] !== undefined);
}
