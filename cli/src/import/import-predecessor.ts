import {
  AccountRepository,
  credentialBinding,
  credentialFingerprint,
  findOrCreateUser,
  StrategyRepository,
  type CredentialCipher,
} from '@gridfleet/shared/infra';
import { strategyKinds } from '@gridfleet/shared/domain';
import { venueRefusal } from '@gridfleet/shared/schema';
import type { DataSource, EntityManager } from 'typeorm';
import { UserError } from '../user-error.js';
import { ladderParams, riskLimits } from './ladder-params.js';
import { openPredecessorSecret } from './predecessor-cipher.js';
import type { readPredecessor, TheirAccount, TheirStrategy, TheirTrade } from './predecessor-rows.js';

const KIND = 'ladder-grid';
/** Rows of one statement. */
const BATCH = 500;

export type Predecessor = Awaited<ReturnType<typeof readPredecessor>>;

export interface ImportOptions {
  cipher: CredentialCipher;
  /** The predecessor's encryption key, hex. */
  key: string;
  /** Whose everything becomes; null: whose it was. */
  owner: string | null;
  dryRun: boolean;
}

export interface ImportReport {
  accounts: number;
  strategies: number;
  trades: number;
  /** What was there already, from an import before. */
  present: number;
  /** What has no place here, with why. */
  skipped: string[];
}

class DryRun extends Error {}

/**
 * Brings accounts with their keys, strategies and trades in, all or nothing; again, and only what is new comes. Accounts
 * come inactive and strategies stopped: nothing trades before somebody has stopped the predecessor and says so.
 */
export async function importPredecessor(
  database: DataSource,
  from: Predecessor,
  options: ImportOptions,
): Promise<ImportReport> {
  const report: ImportReport = { accounts: 0, strategies: 0, trades: 0, present: 0, skipped: [] };
  try {
    await database.transaction(async (manager) => {
      const one = new Import(manager, options, report);
      for (const account of from.accounts) await one.account(account);
      for (const strategy of from.strategies) await one.strategy(strategy);
      await one.trades(from.trades);
      if (options.dryRun) throw new DryRun();
    });
  } catch (error) {
    if (!(error instanceof DryRun)) throw error;
  }
  return report;
}

class Import {
  /** Ours by theirs. */
  readonly #accounts = new Map<string, number>();
  readonly #strategies = new Map<string, { id: number; accountId: number; quote: string }>();

  constructor(
    private readonly manager: EntityManager,
    private readonly options: ImportOptions,
    private readonly report: ImportReport,
  ) {}

  async account(their: TheirAccount): Promise<void> {
    const { manager, report } = this;
    const refusal = venueRefusal(their.exchange);
    if (refusal !== null) {
      report.skipped.push(`account ${their.id} (${their.label}): ${refusal.message}`);
      return;
    }
    const { apiKey, secret } = this.#open(their);
    const environment = Number(their.testnet) === 1 ? 'testnet' : 'live';
    const fingerprint = credentialFingerprint(their.exchange, environment, apiKey);
    const { id: userId } = await findOrCreateUser(manager, this.#ownerOf(their.user_email));
    const [known]: { id: number }[] = await manager.query(
      'SELECT id FROM account WHERE user_id = ? AND fingerprint = ? AND deleted_at IS NULL',
      [userId, fingerprint],
    );
    if (known !== undefined) {
      this.#accounts.set(their.id, known.id);
      report.present += 1;
      return;
    }
    const accounts = new AccountRepository(manager);
    const account = { userId, label: their.label, venue: their.exchange, environment, fingerprint } as const;
    const id = await accounts.insertUnverified(account);
    const { cipher } = this.options;
    const sealed = Object.entries({ apiKey, secret }).map(
      ([name, text]) => [name, cipher.seal(text, credentialBinding(id, name))] as const,
    );
    await accounts.replaceCredentials(id, new Map(sealed));
    await accounts.markVerified(id);
    await accounts.update(id, { isActive: false });
    this.#accounts.set(their.id, id);
    report.accounts += 1;
  }

  async strategy(their: TheirStrategy): Promise<void> {
    const { manager, report } = this;
    const accountId = this.#accounts.get(their.account_id);
    const params = ladderParams(their);
    const errors = params === null ? [] : (strategyKinds.get(KIND)?.errors(params) ?? []);
    if (accountId === undefined || params === null || errors.length > 0) {
      const why =
        accountId === undefined
          ? 'its account was not taken over'
          : params === null
            ? `nothing here is like "${their.strategy_type ?? ''}"`
            : errors.map(({ message }) => message).join('; ');
      report.skipped.push(`strategy ${their.id} (${their.name}): ${why}`);
      return;
    }
    const { id: userId } = await findOrCreateUser(manager, this.#ownerOf(their.user_email));
    const quote = /\/([A-Z0-9]+)/.exec(their.symbol)?.[1] ?? '';
    const [known]: { id: number }[] = await manager.query(
      `SELECT s.id FROM strategy s JOIN strategy_leg l ON l.strategy_id = s.id
        WHERE s.user_id = ? AND s.name = ? AND s.kind = ? AND l.account_id = ? AND l.market = ? LIMIT 1`,
      [userId, their.name, KIND, accountId, their.symbol],
    );
    if (known !== undefined) {
      this.#strategies.set(their.id, { id: known.id, accountId, quote });
      report.present += 1;
      return;
    }
    const id = await new StrategyRepository(manager).insert(
      { userId, name: their.name, kind: KIND, params: JSON.stringify(params) },
      [{ leg: 0, name: 'main', accountId, market: their.symbol }],
    );
    await manager.query(
      `UPDATE strategy SET risk_limits = ?, deleted_at = IF(?, UTC_TIMESTAMP(3), NULL) WHERE id = ?`,
      [riskLimits(their), their.status === 'deleted', id],
    );
    this.#strategies.set(their.id, { id, accountId, quote });
    report.strategies += 1;
  }

  /** Into the archive: their fees are estimates and their trades have no ids of the exchange, so no books rest on them. */
  async trades(theirs: readonly TheirTrade[]): Promise<void> {
    const { manager, report } = this;
    const rows = theirs.flatMap((trade) => {
      const strategy = this.#strategies.get(trade.strategy_id);
      return strategy === undefined ? [] : [archived(trade, strategy)];
    });
    if (rows.length < theirs.length)
      report.skipped.push(`${theirs.length - rows.length} trades of strategies that were not taken over`);
    for (let start = 0; start < rows.length; start += BATCH) {
      const part = rows.slice(start, start + BATCH);
      const { affectedRows }: { affectedRows: number } = await manager.query(
        `INSERT IGNORE INTO fill_archive (source, order_ref, strategy_id, account_id, market, side, trade_id, price,
           quantity, amount, fee, fee_asset, fee_quote, profit, time) VALUES ?`,
        [part],
      );
      report.trades += affectedRows;
      report.present += part.length - affectedRows;
    }
  }

  #ownerOf(email: string): string {
    return (this.options.owner ?? email).trim().toLowerCase();
  }

  #open({ id, label, api_key: key, api_secret: secret }: TheirAccount): { apiKey: string; secret: string } {
    try {
      return {
        apiKey: openPredecessorSecret(key, this.options.key),
        secret: openPredecessorSecret(secret, this.options.key),
      };
    } catch (error) {
      throw new UserError(`PREDECESSOR_KEY does not open the secrets of account ${id} (${label}).`, {
        cause: error,
      });
    }
  }
}

function archived(
  trade: TheirTrade,
  { id, accountId, quote }: { id: number; accountId: number; quote: string },
): unknown[] {
  const { order_id: order, symbol, price, quantity, amount, fee, pnl, created_at: time } = trade;
  const side = trade.side.toLowerCase();
  return [
    'import',
    order,
    id,
    accountId,
    symbol,
    side,
    trade.id,
    price,
    quantity,
    amount,
    fee,
    quote,
    fee,
    pnl,
    time,
  ];
}
