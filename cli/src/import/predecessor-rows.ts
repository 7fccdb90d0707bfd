import type { BackupConnection } from '@gridfleet/shared/infra';

export interface TheirAccount {
  id: string;
  user_email: string;
  exchange: string;
  label: string;
  api_key: string;
  api_secret: string;
  testnet: string | number;
}

export interface TheirStrategy {
  id: string;
  user_email: string;
  account_id: string;
  name: string;
  symbol: string;
  /** Absent in the oldest installations, which had one type. */
  strategy_type?: string;
  base_order_size: string;
  buy_price_deviation: string;
  sell_price_deviation: string;
  grid_levels: string | number;
  price_tolerance: string;
  stop_loss: string | null;
  stop_loss_delay: string | number | null;
  max_open_positions: string | number;
  max_daily_drawdown: string | null;
  status?: string;
}

export interface TheirTrade {
  id: string;
  strategy_id: string;
  order_id: string;
  symbol: string;
  side: string;
  price: string;
  quantity: string;
  amount: string;
  fee: string;
  pnl: string | null;
  created_at: string;
}

/** Everything of the predecessor that has a place here. Columns that a version lacks are simply absent. */
export async function readPredecessor(
  connection: BackupConnection,
): Promise<{ accounts: TheirAccount[]; strategies: TheirStrategy[]; trades: TheirTrade[] }> {
  return {
    accounts: await connection.query('SELECT * FROM exchange_account ORDER BY id'),
    strategies: await connection.query('SELECT * FROM strategy ORDER BY id'),
    trades: await connection.query(
      'SELECT id, strategy_id, order_id, symbol, side, price, quantity, amount, fee, pnl, created_at FROM trade ORDER BY id',
    ),
  };
}
