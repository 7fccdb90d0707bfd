import { connectRedis, createLogger } from '@gridfleet/shared/infra';
import { FleetBudget } from '../budget/fleet-budget.js';
import type { Counter } from '../budget/local-budget.js';

/**
 * A process of its own that takes from a shared budget as fast as it can: argv is the Redis URL, the counter's name,
 * its limit and the number of attempts. Prints how many were allowed.
 */
const [url = '', name = '', limit = '0', attempts = '0'] = process.argv.slice(2);
const redis = connectRedis(url);
const budget = new FleetBudget(redis, createLogger('test', 'fatal'));
const counter: Counter = { name, windowMs: 60_000, amount: 1, limit: Number(limit) };
const verdicts = await Promise.all(
  Array.from({ length: Number(attempts) }, () =>
    budget.take({ gates: [], counters: [counter], urgent: false }, 30_000),
  ),
);
process.stdout.write(String(verdicts.filter(({ allowed }) => allowed).length));
redis.disconnect();
