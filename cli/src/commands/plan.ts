import type { Command } from 'commander';
import { parsePrice } from '../arguments.js';
import { readStrategyConfig } from '../config-file.js';
import { UserError } from '../user-error.js';

interface PlanFlags {
  config: string;
  market?: string;
  price: string;
  feeMaker?: string;
  feeTaker?: string;
  quote?: string;
  base?: string;
  json?: boolean;
}

/** Shows what a strategy would do at a price, and fails when it would be refused. */
async function plan(flags: PlanFlags): Promise<void> {
  const { feeMaker, feeTaker, quote, base } = flags;
  const config = await readStrategyConfig(flags.config, { feeMaker, feeTaker, quote, base }, flags.market);
  const { toTicks } = await import('@gridfleet/shared/domain');
  const { configLeg } = await import('@gridfleet/shared/schema');
  const { planReport } = await import('../plan/plan-report.js');
  // As a backtest takes its first close: a level above the last tick at or below the price is above the price.
  const start = toTicks(config.market, flags.price, 'down');
  if (start < 1)
    throw new UserError(`The price ${flags.price} is below one tick (${config.market.tickSize}).`);
  const report = planReport(
    config,
    flags.price,
    config.strategy.plan({ legs: [configLeg(config, start, start)] }),
  );
  if (flags.json === true) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  else {
    const { planText } = await import('../plan/plan-text.js');
    process.stdout.write(planText(config, report));
  }
  const codes = [...new Set(report.refusals.map(({ code }) => code))];
  if (!report.ok) throw new UserError(`The plan is refused: ${codes.join(', ')}.`);
}

/** Preview and gate of a strategy, without an account or a server. */
export function addPlanCommand(program: Command): void {
  program
    .command('plan')
    .description('preview a strategy at a price: orders, funds, fees, and why it would be refused')
    .requiredOption('--config <file>', 'strategy config (JSON)')
    .requiredOption('--price <price>', 'market price to plan at, in quote', parsePrice)
    .option('--market <file>', 'trading rules of the market (JSON), in place of those in the config')
    .option('--fee-maker <rate>', 'maker fee as a fraction, e.g. 0.001')
    .option('--fee-taker <rate>', 'taker fee as a fraction, e.g. 0.001')
    .option('--quote <amount>', 'free quote to check the plan against')
    .option('--base <amount>', 'free base to check the plan against')
    .option('--json', 'print JSON')
    .action(plan);
}
