import type { StrategyView } from '@gridfleet/shared/domain';
import type { VenueAccount } from '../venue/venue.js';
import type { Held } from './contract-check.js';
import { Inspection } from './inspection.js';
import { legOf } from './intent.js';
import { LetterReader } from './letters.js';
import type { LiveOrder } from './live-order.js';
import { OrderSender } from './order-sender.js';
import { accountOfLeg, type SessionDeps } from './session-deps.js';
import { Sight } from './sight.js';
import type { RunFrame } from './step-types.js';
import { StopGuard } from './stop-guard.js';

/** What the parts of a session see of its memory. */
export interface SessionMemory {
  orders(): ReadonlyMap<string, LiveOrder>;
  view(): StrategyView;
  held(leg: number): Held;
}

export interface SessionParts {
  sender: OrderSender;
  inspection: Inspection;
  sight: Sight;
  letters: LetterReader;
  guard: StopGuard;
}

/** Everything through which a session sees its accounts and acts on them. */
export function partsOf(
  frame: RunFrame,
  historyFrom: number,
  deps: SessionDeps,
  memory: SessionMemory,
): SessionParts {
  const { store, accounts, books, mailbox, lastGeneration, fundingFrom, standing, lease, log } = deps;
  const account = (leg: number): VenueAccount => accountOfLeg(deps, leg);
  const sender = new OrderSender(frame, {
    accountOf: account,
    lease,
    mailbox,
    extend: (ids, notAfter) => store.extendIntents(frame.strategyId, frame.fence, ids, notAfter),
    log,
    metrics: deps.metrics,
  });
  const guard = new StopGuard({
    frame,
    store,
    lease,
    mailbox,
    account,
    view: () => memory.view(),
    isFlat: (leg) => [...memory.held(leg).values()].every((held) => held.isZero()),
    verifyMs: deps.verifyStopsMs,
    log,
  });
  const inspection = new Inspection({
    frame,
    store,
    accounts,
    mailbox,
    sender,
    account,
    orders: () => memory.orders(),
    books,
    position: () => memory.view().position,
    held: (leg) => memory.held(leg),
    stopTraded: (leg) => guard.verify(leg),
    fundingFrom,
    standing,
    lastGeneration,
    historyFrom,
    log,
  });
  const letters = new LetterReader({
    order: (id) => memory.orders().get(id),
    orderByExchangeId: (id) => [...memory.orders().values()].find(({ row }) => row.exchangeOrderId === id),
    market: (leg) => legOf(frame.context, leg).market,
    neverExpires: (leg) => account(leg).neverExpires === true,
    valuer: deps.valuer,
    sender,
  });
  return { sender, guard, inspection, letters, sight: new Sight({ frame, accounts, mailbox, account }) };
}
