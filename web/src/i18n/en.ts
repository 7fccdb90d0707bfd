import { accounts } from './en/accounts.js';
import { backtests } from './en/backtests.js';
import { batch } from './en/batch.js';
import { journal } from './en/journal.js';
import { monitor } from './en/monitor.js';
import { orders } from './en/orders.js';
import { overview } from './en/overview.js';
import { common } from './en/common.js';
import { errors } from './en/errors.js';
import { form } from './en/form.js';
import { reasons } from './en/reasons.js';
import { shell } from './en/shell.js';
import { notifications } from './en/notifications.js';
import { strategies } from './en/strategies.js';
import { strategy } from './en/strategy.js';
import { trades, workers } from './en/trades.js';
import { audit } from './en/audit.js';
import { health } from './en/health.js';
import { manual, positions } from './en/positions.js';
import { settings } from './en/settings.js';
import { templates } from './en/templates.js';

export const en = {
  shell,
  common,
  errors,
  reasons,
  strategies,
  strategy,
  form,
  accounts,
  trades,
  workers,
  orders,
  overview,
  monitor,
  batch,
  backtests,
  journal,
  audit,
  health,
  manual,
  positions,
  settings,
  templates,
  notifications,
};

/** Every language has exactly these keys. */
export type Messages = typeof en;
