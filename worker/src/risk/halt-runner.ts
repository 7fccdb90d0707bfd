import { isOurs, parseClientOrderId } from '@gridfleet/shared/domain';
import type { Logger } from '@gridfleet/shared/infra';
import type { AccountSessions } from '../hub/account-sessions.js';
import { INTENT_VALIDITY_MS } from '../run/intent.js';
import { cancelOrders, inParallel } from './order-canceller.js';
import type { Halt, HaltMarket, HaltStore, StoredProgress } from './halt-store.js';

const EVERY_MS = 500;
/** Accounts asked at once. */
const WIDTH = 4;
/** From here on an order committed before the halt can no longer be accepted by the exchange. */
const CONCLUSIVE_MS = INTENT_VALIDITY_MS + 1_000;

export interface HaltRunnerDeps {
  store: HaltStore;
  sessions: AccountSessions;
  node: string;
  poke(strategyId: number): void;
  log: Logger;
}

/**
 * Carries halts out: looks at the exchange and cancels until it shows nothing of ours any more. It depends on no run:
 * orders of stopped strategies go as well, and another node goes on when this one dies.
 */
export class HaltRunner {
  readonly #deps: HaltRunnerDeps;
  #timer: NodeJS.Timeout | undefined;
  #busy = false;

  constructor(deps: HaltRunnerDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#timer = setInterval(() => {
      if (this.#busy) return;
      this.#busy = true;
      this.pass()
        .catch((error: unknown) => this.#deps.log.error({ err: error }, 'a halt was interrupted; it goes on'))
        .finally(() => (this.#busy = false));
    }, EVERY_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Works once on every halt that is this node's. */
  async pass(): Promise<void> {
    const { store, node } = this.#deps;
    for (const halt of await store.claim(node)) await this.#work(halt);
  }

  async #work(halt: Halt): Promise<void> {
    const { store } = this.#deps;
    const before: StoredProgress = halt.progress ?? {
      openOrders: 0,
      canceled: 0,
      unresolved: 0,
      closing: 0,
      problems: [],
      begun: false,
    };
    if (!(await store.isInForce(halt.key))) {
      await store.end(halt, 'ended', before);
      return;
    }
    if (halt.orders === 'flatten') {
      const closing = await this.#close(halt, before);
      if (closing > 0) {
        await store.report(halt, { ...before, begun: true, closing });
        return;
      }
    }
    const isConclusive = Date.now() - halt.createdAt >= CONCLUSIVE_MS;
    const unresolved = await store.unresolved(halt.key);
    const found = halt.orders === 'leave' ? NOTHING : await this.#sweep(halt);
    const progress: StoredProgress = {
      openOrders: found.openOrders,
      canceled: before.canceled + found.canceled,
      unresolved,
      closing: 0,
      problems: found.problems,
      begun: true,
    };
    const isDone = isConclusive && unresolved === 0 && found.openOrders === 0 && found.problems.length === 0;
    if (isDone) await store.end(halt, 'done', progress);
    else await store.report(halt, progress);
  }

  /** @returns how many strategies still have to close; at 0 the scope is halted for good. */
  async #close(halt: Halt, before: StoredProgress): Promise<number> {
    const { store } = this.#deps;
    if (!before.begun) {
      const ids = await store.beginClosing(halt.key);
      for (const id of ids) this.#deps.poke(id);
      if (ids.length === 0) await store.close(halt);
      return ids.length;
    }
    if (before.closing === 0) return 0;
    const closing = await store.closing(halt.key);
    if (closing === 0) await store.close(halt);
    return closing;
  }

  /** Looks at every market of the scope and cancels what is ours there. */
  async #sweep(halt: Halt): Promise<typeof NOTHING> {
    const { store, log } = this.#deps;
    const salts = await store.salts();
    const byAccount = new Map<number, HaltMarket[]>();
    for (const each of await store.markets(halt.key))
      byAccount.set(each.accountId, [...(byAccount.get(each.accountId) ?? []), each]);
    const found = { openOrders: 0, canceled: 0, problems: [] as StoredProgress['problems'] };
    await inParallel([...byAccount], WIDTH, async ([accountId, markets]) => {
      try {
        const { open, canceled } = await this.#sweepAccount(accountId, markets, halt, salts);
        found.openOrders += open;
        found.canceled += canceled;
      } catch (error) {
        // The exchange must show that nothing is left: an account that cannot be asked keeps the halt open.
        log.warn({ err: error, accountId, halt: halt.id }, 'an account could not be halted yet');
        const message = error instanceof Error ? error.message : String(error);
        found.problems.push({ accountId, message: message.slice(0, 300) });
      }
    });
    return found;
  }

  async #sweepAccount(
    accountId: number,
    markets: readonly HaltMarket[],
    { key }: Halt,
    salts: readonly string[],
  ): Promise<{ open: number; canceled: number }> {
    const session = await this.#deps.sessions.acquire(accountId);
    try {
      let open = 0;
      let canceled = 0;
      for (const { market } of markets) {
        const orders = await session.account.openOrders(market);
        const ours = orders.filter(
          ({ clientOrderId }) =>
            isOurs(clientOrderId, salts) &&
            (key.scope !== 'strategy' || parseClientOrderId(clientOrderId)?.strategyId === key.id),
        );
        open += ours.length;
        canceled += await cancelOrders(session.account, ours);
      }
      return { open, canceled };
    } finally {
      await session.release();
    }
  }
}

const NOTHING = { openOrders: 0, canceled: 0, problems: [] as StoredProgress['problems'] };
