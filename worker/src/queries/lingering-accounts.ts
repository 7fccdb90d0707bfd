import { shareReads } from '../hub/shared-reads.js';
import type { OpenAccount } from '../venue/venues.js';

/** A client nobody asks any more is closed after this, ms; a key that was exchanged meanwhile is used no longer. */
const LINGER_MS = 5_000;

interface Kept {
  opening: Promise<OpenAccount>;
  users: number;
  timer: NodeJS.Timeout | null;
}

/** Clients for questions about accounts: many strategies of one account are planned with one client and shared reads. */
export class LingeringAccounts {
  readonly #open: (accountId: number) => Promise<OpenAccount>;
  readonly #failed: (error: unknown) => void;
  readonly #kept = new Map<number, Kept>();

  /** @param failed told when a client could not be closed */
  constructor(open: (accountId: number) => Promise<OpenAccount>, failed: (error: unknown) => void) {
    this.#open = open;
    this.#failed = failed;
  }

  /** @throws what opening the account, or the work, throws; the next question then begins with a new client */
  async use<T>(accountId: number, work: (opened: OpenAccount) => Promise<T>): Promise<T> {
    const kept = this.#kept.get(accountId) ?? this.#begin(accountId);
    kept.users += 1;
    if (kept.timer !== null) clearTimeout(kept.timer);
    kept.timer = null;
    try {
      return await work(await kept.opening);
    } catch (error) {
      this.#forget(accountId, kept);
      throw error;
    } finally {
      kept.users -= 1;
      if (kept.users === 0) this.#leave(accountId, kept);
    }
  }

  async close(): Promise<void> {
    const all = [...this.#kept.values()];
    this.#kept.clear();
    for (const kept of all) if (kept.timer !== null) clearTimeout(kept.timer);
    await Promise.all(all.map((kept) => this.#end(kept)));
  }

  #begin(accountId: number): Kept {
    const opening = this.#open(accountId).then(({ row, account }) => ({ row, account: shareReads(account) }));
    const kept: Kept = { opening, users: 0, timer: null };
    this.#kept.set(accountId, kept);
    return kept;
  }

  #leave(accountId: number, kept: Kept): void {
    const isKept = this.#kept.get(accountId) === kept;
    const end = (): void => {
      this.#forget(accountId, kept);
      void this.#end(kept);
    };
    if (isKept) kept.timer = setTimeout(end, LINGER_MS).unref();
    else end();
  }

  #forget(accountId: number, kept: Kept): void {
    if (this.#kept.get(accountId) === kept) this.#kept.delete(accountId);
  }

  /** Never rejects. */
  async #end({ opening }: Kept): Promise<void> {
    try {
      await (await opening).account.close();
    } catch (error) {
      this.#failed(error);
    }
  }
}
