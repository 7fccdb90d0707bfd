import type { SourceFactory } from '../market/open-source.js';
import type { MarketSource } from '../market/source.js';
import type { SpotMarket } from '../market/spot-market.js';
import type { SymbolRules } from '../venue/rules.js';

/** A venue of either side whose markets are driven by sources. */
export interface DrivenVenue {
  readonly name: string;
  /** At most one a symbol. */
  readonly sources: readonly MarketSource[];
  /** Lets a source drive the market of its symbol. @throws RangeError when it has no rules, or a source already. */
  addSource(source: MarketSource): unknown;
  /** A symbol's rules; undefined when the venue does not list it. */
  rulesOf(symbol: string): SymbolRules | undefined;
  /** Book and trades of a symbol's market. @throws RangeError without one. */
  bookOf(symbol: string): SpotMarket;
}

/** A venue with what opens sources by its listing. */
export interface DrivenParts {
  venue: DrivenVenue;
  factory: SourceFactory;
}
