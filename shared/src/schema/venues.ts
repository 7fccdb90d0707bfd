import { Type, type Static } from 'typebox';

export const Venue = Type.Object({
  /** Id as ccxt knows the exchange. */
  id: Type.String({ examples: ['binance'] }),
  name: Type.String(),
  /** Names of the secrets an account needs. */
  credentials: Type.Array(Type.String()),
  /** The secret that is public enough to tell two accounts apart by its hash. */
  keyField: Type.String(),
  markets: Type.Array(Type.Union([Type.Literal('spot'), Type.Literal('linear')])),
  /** `proved`: passes the adapter's tests on an exchange that loses answers and breaks streams. */
  proof: Type.Union([Type.Literal('proved'), Type.Literal('unproved')]),
});
export type Venue = Static<typeof Venue>;

/** Every venue an account can be opened at. */
export const VENUES: readonly Venue[] = [
  {
    id: 'binance',
    name: 'Binance',
    credentials: ['apiKey', 'secret'],
    keyField: 'apiKey',
    markets: ['spot'],
    proof: 'proved',
  },
  {
    id: 'binanceusdm',
    name: 'Binance USDT-M',
    credentials: ['apiKey', 'secret'],
    keyField: 'apiKey',
    markets: ['linear'],
    proof: 'proved',
  },
];

/**
 * Venues whose contracts settle in the coin itself: their profit is not linear in the price, and the accounting of the
 * platform would be wrong there.
 */
const COIN_MARGINED: ReadonlySet<string> = new Set(['binancecoinm', 'bitmex']);

/** Why no account can be opened at a venue; null when one can. */
export function venueRefusal(
  id: string,
): { code: 'VENUE_COIN_MARGINED' | 'VENUE_UNSUPPORTED'; message: string } | null {
  if (COIN_MARGINED.has(id)) {
    return {
      code: 'VENUE_COIN_MARGINED',
      message: `The contracts of ${id} are settled in the coin; Gridfleet trades spot and contracts settled in a stablecoin`,
    };
  }
  if (VENUES.some((venue) => venue.id === id)) return null;
  return { code: 'VENUE_UNSUPPORTED', message: `Gridfleet does not trade on ${id}` };
}
