import type { Messages } from './en.js';
import { accounts } from './zh-cn/accounts.js';
import { backtests } from './zh-cn/backtests.js';
import { batch } from './zh-cn/batch.js';
import { journal } from './zh-cn/journal.js';
import { monitor } from './zh-cn/monitor.js';
import { orders } from './zh-cn/orders.js';
import { overview } from './zh-cn/overview.js';
import { common } from './zh-cn/common.js';
import { errors } from './zh-cn/errors.js';
import { form } from './zh-cn/form.js';
import { reasons } from './zh-cn/reasons.js';
import { shell } from './zh-cn/shell.js';
import { notifications } from './zh-cn/notifications.js';
import { strategies } from './zh-cn/strategies.js';
import { strategy } from './zh-cn/strategy.js';
import { trades, workers } from './zh-cn/trades.js';
import { audit } from './zh-cn/audit.js';
import { health } from './zh-cn/health.js';
import { manual, positions } from './zh-cn/positions.js';
import { settings } from './zh-cn/settings.js';
import { templates } from './zh-cn/templates.js';

export const zhCn: Messages = {
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
