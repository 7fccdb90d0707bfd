import { dec, parseClientOrderId, type DecimalString } from '@gridfleet/shared/domain';
import type { Logger, SeenOrder } from '@gridfleet/shared/infra';
import type { OrderReport } from '../venue/venue.js';
import type { AccountStore } from './account-store.js';
import { readBalances, type CheckedLeg } from './balances.js';
import { classify, OrphanWatch, type Stranger } from './orphans.js';
import { PositionCheck } from './position-check.js';
import type { Findings } from './reconcile.js';

/** What is to be done about orders with our prefix that this run does not know. */
export interface StrangersFound {
  /** To be booked like any other order of the run; their rows exist. */
  adopt: OrderReport[];
  cancel: OrderReport[];
}

export interface AccountCheckDeps {
  store: AccountStore;
  strategyId: number;
  /** Stores the row of an order that the books lost. */
  adopt(leg: number, report: OrderReport): Promise<void>;
  log: Logger;
}

function seen(report: OrderReport, isOrphan: boolean): SeenOrder {
  return {
    exchangeOrderId: report.exchangeOrderId,
    clientOrderId: report.clientOrderId,
    isOrphan,
    side: report.side,
    price: report.price,
    quantity: report.quantity,
    filledQuantity: report.filledQuantity,
  };
}

/** The part of reconciliation that concerns the account behind a leg: balances, position, orders nobody here placed. */
export class AccountCheck {
  readonly #deps: AccountCheckDeps;
  readonly #watches = new Map<number, OrphanWatch>();
  readonly #positions = new Map<number, PositionCheck>();
  /** Legs whose position was found covered, and MySQL says so. */
  readonly #covered = new Set<number>();
  readonly #foreign = new Map<number, string>();

  constructor(deps: AccountCheckDeps) {
    this.#deps = deps;
  }

  /** A strategy that believes to hold more than there is may only reduce until the two agree again. */
  async position(leg: number, checked: CheckedLeg, position: DecimalString): Promise<void> {
    const { accountId, market } = checked;
    const totals = await readBalances(this.#deps.store, checked);
    const check = this.#positions.get(leg) ?? new PositionCheck();
    this.#positions.set(leg, check);
    const total = totals.get(market.base) ?? '0';
    const verdict = check.look(market, position, market.type === 'spot' ? dec(total) : null);
    // Of what is in order MySQL knows already; nobody but this check says that it is not.
    if (verdict === 'undecided' || (verdict === 'covered' && this.#covered.has(leg))) return;
    this.#covered.delete(leg);
    const reason =
      verdict === 'covered'
        ? null
        : {
            code: 'POSITION_MISMATCH',
            message: `The strategy holds ${position} ${market.base} by its fills; the account has only ${total}.`,
          };
    const state = reason === null ? 'ACTIVE' : 'REDUCING';
    if (await this.#deps.store.judgeStrategy(this.#deps.strategyId, accountId, state, reason)) {
      this.#deps.log.warn({ state, reason }, 'reconciliation changed the trading state');
    }
    if (verdict === 'covered') this.#covered.add(leg);
  }

  /** Takes over what the account has left for orders on contracts. */
  async margin(checked: CheckedLeg): Promise<void> {
    await readBalances(this.#deps.store, checked);
  }

  /** Lists orders that are not ours, and decides what becomes of those that seem to be. */
  async strangers(
    leg: number,
    { accountId, market }: CheckedLeg,
    findings: Findings,
    lastGeneration: number,
  ): Promise<StrangersFound> {
    const { store, strategyId, log } = this.#deps;
    const rows = await store.rowsOf(
      accountId,
      findings.orphans.map(({ clientOrderId }) => clientOrderId),
    );
    const classified = findings.orphans.map((report) => classify(report, rows, strategyId, lastGeneration));
    const of = (is: Stranger['is']): OrderReport[] =>
      classified.filter((stranger) => stranger.is === is).map(({ report }) => report);
    const ahead = of('ahead');
    await this.#list(leg, accountId, market.symbol, findings.foreign, [...of('orphan'), ...ahead]);
    if (ahead.length > 0) await this.#halt(accountId, ahead);
    const watch = this.#watches.get(leg) ?? new OrphanWatch();
    this.#watches.set(leg, watch);
    const again = watch.look(of('orphan'));
    const found: StrangersFound = { adopt: [], cancel: [] };
    if (again.length === 0) return found;
    const general = await store.orphanPolicy(accountId);
    const decisions = await store.orphanDecisions(accountId, market.symbol);
    for (const report of again) {
      const row = rows.find(({ clientOrderId }) => clientOrderId === report.clientOrderId);
      if (row !== undefined) {
        if (row.strategyId === strategyId) found.adopt.push(report);
        if (row.state !== 'rejected' && row.state !== 'never-sent') found.cancel.push(report);
        continue;
      }
      const policy = decisions.get(report.exchangeOrderId) ?? general;
      if (policy === 'report') continue;
      const isOurs =
        policy === 'adopt' && parseClientOrderId(report.clientOrderId)?.strategyId === strategyId;
      if (isOurs) {
        await this.#deps.adopt(leg, report);
        found.adopt.push(report);
      } else found.cancel.push(report);
      const cause = isOurs ? 'ORPHAN_ADOPTED' : 'ORPHAN_CANCELED';
      await store.note(strategyId, accountId, cause, null, seen(report, true));
      log.warn({ clientOrderId: report.clientOrderId, cause }, 'an order with our prefix has no row');
    }
    return found;
  }

  async #halt(accountId: number, ahead: readonly OrderReport[]): Promise<void> {
    const ids = ahead.map(({ clientOrderId }) => clientOrderId).join(', ');
    const reason = {
      code: 'BOOKS_BEHIND_EXCHANGE',
      message: `The exchange has orders this database has never placed (${ids}): is it a restored backup, or does another installation trade this key?`,
    };
    if (await this.#deps.store.judgeStrategy(this.#deps.strategyId, accountId, 'HALTED', reason)) {
      this.#deps.log.error({ reason }, 'the strategy is halted');
    }
  }

  /** Written when it changes; the same look twice writes nothing. */
  async #list(
    leg: number,
    accountId: number,
    market: string,
    foreign: readonly OrderReport[],
    orphans: readonly OrderReport[],
  ): Promise<void> {
    const orders = [...foreign.map((each) => seen(each, false)), ...orphans.map((each) => seen(each, true))];
    const text = JSON.stringify(orders);
    if (this.#foreign.get(leg) === text) return;
    await this.#deps.store.recordForeign(accountId, market, orders, new Date());
    this.#foreign.set(leg, text);
  }
}
