import type { DataSource } from 'typeorm';
import {
  strategyKinds,
  toTicks,
  type BoundKind,
  type BoundStrategy,
  type LegContext,
  type Plan,
  type PlanContext,
  type Refusal,
} from '@gridfleet/shared/domain';
import { AccountRepository, type NewLeg } from '@gridfleet/shared/infra';
import {
  GridfleetError,
  type ErrorDetail,
  type LegQuote,
  type PreviewRequest,
} from '@gridfleet/shared/schema';
import { failureError } from '../accounts/account-venue.js';
import { checkPart } from '../http/validation.js';
import type { VenueQueryClient } from '../venue-queries/client.js';

/** A configuration that fits its kind's schema, with defaults filled in, and what it would do now. */
export interface CheckedPlan {
  /** JSON of the params, as it is stored. */
  params: string;
  legs: NewLeg[];
  plan: Plan;
}

type LegInput = PreviewRequest['legs'][number];

/** Checks configurations against their kind's schema, the user's accounts, the venue's markets and the plan gate. */
export class PlanCheck {
  readonly #dataSource: DataSource;
  readonly #venueQueries: VenueQueryClient;

  constructor(dataSource: DataSource, venueQueries: VenueQueryClient) {
    this.#dataSource = dataSource;
    this.#venueQueries = venueQueries;
  }

  /**
   * Makes the plan; its refusals are the caller's to judge.
   * @throws GridfleetError KIND_UNKNOWN, VALIDATION_FAILED, MARKET_UNKNOWN, NO_NODE_AVAILABLE, VENUE_UNAVAILABLE
   */
  async plan(
    userId: number,
    input: PreviewRequest,
    kindOf: (name: string) => BoundKind | undefined = (name) => strategyKinds.get(name),
  ): Promise<CheckedPlan> {
    const { bound, params } = bind(input, kindOf(input.kind));
    refuseMoreLegs(input);
    const legs = input.legs.map((leg, i) => ({
      leg: i,
      name: leg.name ?? `leg ${i + 1}`,
      accountId: leg.accountId,
      market: leg.market,
    }));
    await this.#checkAccounts(userId, input.legs);
    const contexts = await Promise.all(legs.map((leg) => this.#legContext(leg)));
    return { params, legs, plan: planOf(bound, { legs: contexts }) };
  }

  async #checkAccounts(userId: number, legs: readonly LegInput[]): Promise<void> {
    const known = new Set(
      (await new AccountRepository(this.#dataSource.manager).list(userId)).map(({ id }) => id),
    );
    const details: ErrorDetail[] = legs.flatMap(({ accountId }, i) =>
      known.has(accountId)
        ? []
        : [
            {
              field: `body.legs.${i}.accountId`,
              code: 'ACCOUNT_UNKNOWN',
              message: `There is no account ${accountId}.`,
            },
          ],
    );
    if (details.length > 0) {
      throw new GridfleetError(
        'VALIDATION_FAILED',
        'The strategy names an account that does not exist',
        details,
      );
    }
  }

  async #legContext({ leg, accountId, market }: NewLeg): Promise<LegContext> {
    const answer = await this.#venueQueries.ask('leg-context', { accountId, market });
    if (!answer.ok) {
      throw failureError(answer, {
        MARKET_UNKNOWN: `body.legs.${leg}.market`,
        CREDENTIALS_REFUSED: `body.legs.${leg}.accountId`,
      });
    }
    return toLegContext(leg, answer);
  }
}

/** The machines of all kinds trade their first leg: a further one would only look as if it did. */
function refuseMoreLegs({ kind, legs }: PreviewRequest): void {
  if (legs.length <= 1) return;
  const message = `A strategy of kind ${kind} trades one market on one account: give it one leg.`;
  throw new GridfleetError('VALIDATION_FAILED', 'The strategy has more than one leg', [
    { field: 'body.legs.1', code: 'TOO_MANY_LEGS', message },
  ]);
}

function bind(
  { kind, params }: PreviewRequest,
  known: BoundKind | undefined,
): { bound: BoundStrategy; params: string } {
  if (known === undefined) {
    const message = `There is no strategy kind ${kind}`;
    throw new GridfleetError('KIND_UNKNOWN', message, [
      { field: 'body.kind', code: 'KIND_UNKNOWN', message: `${message}.` },
    ]);
  }
  const complete = checkPart(known.schema, params, 'body.params');
  return { bound: known.bind(complete), params: JSON.stringify(complete) };
}

function toLegContext(leg: number, quote: LegQuote): LegContext {
  const { market, makerRate, takerRate, baseFree, quoteFree } = quote;
  return {
    leg,
    market,
    bid: toTicks(market, quote.bid),
    ask: toTicks(market, quote.ask),
    makerRate,
    takerRate,
    baseFree,
    quoteFree,
  };
}

/** A value that fits the schema but not the arithmetic (beyond 2^53 ticks) refuses the plan, too. */
function planOf(bound: BoundStrategy, context: PlanContext): Plan {
  try {
    return bound.plan(context);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return {
      levels: [],
      requirements: [],
      initialPurchase: '0',
      cycle: null,
      breakEvenRatio: null,
      worstCase: null,
      refusals: [{ code: 'OUT_OF_RANGE', message: `${error.message}.` }],
    };
  }
}

/** Funds come and go: what they forbid today is checked again at the start. */
export function isShapeRefusal({ code }: Refusal): boolean {
  return code !== 'INSUFFICIENT_FUNDS';
}

/** `root` names where the params are, e.g. "body." for a request that carries them. */
export function planRefused(refusals: readonly Refusal[], root: string): GridfleetError {
  const details = refusals.map(({ field, code, message }) => ({
    field: root + (field ?? 'legs.0'),
    code,
    message,
  }));
  return new GridfleetError('PLAN_REFUSED', 'The plan of the strategy is refused', details);
}
