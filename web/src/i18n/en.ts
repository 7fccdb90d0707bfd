import { accounts } from './en/accounts.js';
import { common } from './en/common.js';
import { errors } from './en/errors.js';
import { form } from './en/form.js';
import { reasons } from './en/reasons.js';
import { shell } from './en/shell.js';
import { strategies } from './en/strategies.js';
import { strategy } from './en/strategy.js';
import { trades, workers } from './en/trades.js';

export const en = { shell, common, errors, reasons, strategies, strategy, form, accounts, trades, workers };

/** Every language has exactly these keys. */
export type Messages = typeof en;
