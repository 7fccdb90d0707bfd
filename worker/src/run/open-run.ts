import {
  isDecimalString,
  kindNamed,
  toTicks,
  type BoundStrategy,
  type LegContext,
  type MachineState,
  type PlanContext,
  type Reason,
} from '@gridfleet/shared/domain';
import type { AccountSession } from '../hub/account-sessions.js';
import type { VenueMarkets } from '../venue/venue.js';
import { VenueError } from '../venue/venue-error.js';
import { Batch } from './batch.js';
import { foreignPosition, leveragesOf, settingsConflict } from './contract-start.js';
import type { LoadedRun } from './load-run.js';
import { accountOfLeg } from './session-deps.js';
import { EMPTY_MEMORY, firstStep, slotName, type RunFrame, type RunMemory } from './step.js';
import type { CommittedStep, StepStore } from './step-store.js';
import { addNewState, stepStatements } from './step-writer.js';
import { unguardedAtFirst } from './stop-guard.js';

/** The run cannot go on and will not by waiting: it ends as failed, with this reason. */
export class RunFailure extends Error {
  constructor(readonly reason: Reason) {
    super(reason.message);
    this.name = 'RunFailure';
  }
}

export interface OpenedLeg {
  session: AccountSession;
  markets: VenueMarkets;
}

export interface OpenedRun {
  frame: RunFrame;
  /** Of the params in force. */
  revision: number;
  memory: RunMemory;
  /** The first step of a new state, still to be adopted; null when a stored state goes on. */
  first: CommittedStep | null;
  /** What keeps a run that goes on from opening positions; null for nothing. */
  standing: Reason | null;
}

async function legContext(loaded: LoadedRun, leg: number, opened: OpenedLeg): Promise<LegContext> {
  const symbol = loaded.legs[leg]?.leg.market ?? '';
  const market = await opened.markets.market(symbol);
  if (market === null) {
    throw new RunFailure({ code: 'MARKET_UNKNOWN', message: `The venue does not list ${symbol}.` });
  }
  const [quote, rates, balances] = await Promise.all([
    opened.markets.quote(symbol),
    opened.session.account.feeRates(symbol),
    opened.session.account.balances(),
  ]);
  if (!isDecimalString(quote.bid) || toTicks(market, quote.bid, 'down') <= 0) {
    throw new VenueError('unavailable', 'NO_QUOTE', `${symbol} has no quote at the moment`);
  }
  const free = (asset: string): string => balances.find((balance) => balance.asset === asset)?.free ?? '0';
  return {
    leg,
    market,
    bid: toTicks(market, quote.bid, 'down'),
    ask: toTicks(market, quote.ask, 'up'),
    makerRate: rates.maker,
    takerRate: rates.taker,
    baseFree: free(market.base),
    quoteFree: free(market.quote),
  };
}

function bind(loaded: LoadedRun, params: () => unknown): BoundStrategy {
  const { kind: name } = loaded.strategy;
  const kind = kindNamed(name);
  if (kind === undefined) {
    throw new RunFailure({ code: 'KIND_UNKNOWN', message: `This node does not know the kind "${name}".` });
  }
  return readable(
    'PARAMS_UNREADABLE',
    `The stored params are not those of a ${name}: edit the strategy`,
    () => kind.bind(params()),
  );
}

/** Stored JSON that is not what this version writes will not get better by trying again. */
function readable<T>(code: string, what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new RunFailure({ code, message: `${what}. (${cause})` });
  }
}

function frameOf(loaded: LoadedRun, kind: BoundStrategy, context: PlanContext): RunFrame {
  return {
    strategyId: loaded.strategy.id,
    runId: loaded.run.id,
    fence: loaded.fence,
    salt: loaded.salt,
    formerSalts: loaded.formerSalts,
    kind,
    context,
    accountIds: loaded.legs.map(({ leg }) => leg.accountId),
  };
}

function ordersOf(loaded: LoadedRun): RunMemory['orders'] {
  return new Map(loaded.liveOrders.map((order) => [order.row.clientOrderId, order]));
}

/** Goes on with the state MySQL holds. */
function goOn(
  loaded: LoadedRun,
  stored: NonNullable<LoadedRun['state']>,
): { frame: RunFrame; machine: MachineState } {
  const kind = bind(loaded, () => JSON.parse(loaded.stateParams) as unknown);
  const what =
    'The stored state cannot be read by this version: trade with a new strategy, and close what this one holds by hand';
  return readable('STATE_UNREADABLE', what, () => {
    const context = JSON.parse(stored.context) as PlanContext;
    const slots = new Map([...loaded.slots].map(([slot, state]) => [slot, JSON.parse(state) as unknown]));
    const machine = kind.restore(JSON.parse(stored.header), slots);
    // A context of another form would only be noticed at the first event.
    kind.view(context, machine);
    return { frame: frameOf(loaded, kind, context), machine };
  });
}

/** An edit deals out what is there: its inventory is not in the free balance, so funds are not asked for again. */
function planRefusal(kind: BoundStrategy, contexts: readonly LegContext[], isEdit: boolean): Reason | null {
  const asked = isEdit ? contexts.map((leg) => ({ ...leg, baseFree: null, quoteFree: null })) : contexts;
  const { refusals } = kind.plan({ legs: asked });
  const [refusal] = refusals;
  if (refusal === undefined) return null;
  const more = refusals.length > 1 ? ` (and ${refusals.length - 1} more)` : '';
  return { code: refusal.code, message: `The plan was refused: ${refusal.message}${more}` };
}

/** Why params cannot come into force in a run that goes on, null when they can. */
export async function revisionRefusal(
  loaded: LoadedRun,
  params: string,
  legs: readonly OpenedLeg[],
): Promise<Reason | null> {
  try {
    const kind = bind(loaded, () => JSON.parse(params) as unknown);
    return planRefusal(
      kind,
      await Promise.all(legs.map((opened, leg) => legContext(loaded, leg, opened))),
      true,
    );
  } catch (error) {
    if (error instanceof RunFailure) return error.reason;
    throw error;
  }
}

/** Begins a strategy's life, or a new revision with what the old one carried over. */
async function begin(
  loaded: LoadedRun,
  legs: readonly OpenedLeg[],
  steps: StepStore,
  carried: unknown,
  now: number,
): Promise<OpenedRun> {
  const kind = bind(loaded, () => JSON.parse(loaded.strategy.params) as unknown);
  const contexts = await Promise.all(legs.map((opened, leg) => legContext(loaded, leg, opened)));
  const refusal = planRefusal(kind, contexts, carried !== null);
  if (refusal !== null) throw new RunFailure(refusal);
  const context: PlanContext = { legs: contexts };
  const conflict =
    (loaded.state === null ? await foreignPosition(contexts, legs) : null) ??
    (await settingsConflict(kind, context, legs));
  if (conflict !== null) throw new RunFailure(conflict);
  const leverages = await leveragesOf(kind, context, legs);
  const frame: RunFrame = { ...frameOf(loaded, kind, context), leverages };
  const start = kind.start({ ...context, firstGeneration: loaded.firstGeneration, carried }, now);
  const { strategy } = loaded;
  const at = new Date(now);
  const unguarded = unguardedAtFirst(kind.view(context, start.state), (leg) =>
    accountOfLeg({ sessions: legs.map(({ session }) => session) }, leg),
  );
  const first = await steps.commit(frame, null, (view) => {
    const result = firstStep(frame, start, view, now, unguarded);
    const batch = new Batch();
    addNewState(batch, strategy.id, strategy.revision, context, result.memory.machine.header, at);
    const step = stepStatements(frame, result, at);
    const offset = batch.append(step.batch);
    return { result, write: { batch, read: (answers) => step.read(answers.slice(offset)) } };
  });
  return { frame, revision: strategy.revision, memory: first.result.memory, first, standing: null };
}

/**
 * The run's machine, from MySQL or newly begun.
 * @throws RunFailure when the plan is refused or nothing can make it start
 */
export async function openRun(
  loaded: LoadedRun,
  legs: readonly OpenedLeg[],
  steps: StepStore,
  now: number,
): Promise<OpenedRun> {
  if (loaded.state === null) return begin(loaded, legs, steps, null, now);
  const { frame: stored, machine } = goOn(loaded, loaded.state);
  if (loaded.state.revision === loaded.strategy.revision || loaded.liveOrders.length > 0) {
    const refused = new Map(loaded.refused.map((row) => [slotName(row), row.code]));
    const standing = await settingsConflict(stored.kind, stored.context, legs);
    const leverages = await leveragesOf(stored.kind, stored.context, legs);
    return {
      frame: { ...stored, leverages },
      revision: loaded.state.revision,
      memory: { ...EMPTY_MEMORY, machine, orders: ordersOf(loaded), refused },
      first: null,
      standing,
    };
  }
  return begin(loaded, legs, steps, stored.kind.carry(stored.context, machine), now);
}
