import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCli } from '../program.js';
import { commandLine } from '../testing/command-line.js';

const CONFIG = {
  kind: 'range-grid',
  symbol: 'SOL/USDT',
  params: {
    lower: '140',
    upper: '170',
    levels: 16,
    spacing: 'arithmetic',
    quantity: { mode: 'base', value: '1' },
    profit: 'quote',
    initialInventory: 'buy',
  },
  market: { tickSize: '0.01', stepSize: '0.01', minQuantity: '0.01', minNotional: '0' },
  fees: { maker: '0.001', taker: '0.001', currency: 'quote' },
  balance: { quote: '100000', base: '0' },
};

const cli = commandLine();

async function plan(config: object | string, ...options: string[]): Promise<number> {
  return runCli(['plan', '--config', cli.file('config.json', config), '--price', '150', ...options]);
}

describe('gridfleet plan', () => {
  it('prints levels, orders, funds and one cycle as exact decimal text', async () => {
    expect(await plan(CONFIG, '--json')).toBe(0);
    expect(JSON.parse(cli.printed)).toMatchObject({
      ok: true,
      levels: Array.from({ length: 16 }, (_, i) => String(140 + 2 * i)),
      // 720 of BUYs, 1,500 of base bought now, 1.5 of its fee.
      requiredQuote: '2221.5',
      requiredBase: '0',
      initialPurchase: '10',
      cycle: { gross: '2', fees: '0.338', net: '1.662', netPct: '0.989286' },
      breakEvenStepPct: '0.2002002',
      worstCase: { base: '15', valueAtLower: '2100' },
      refusals: [],
    });
    const { orders } = JSON.parse(cli.printed) as { orders: unknown[] };
    expect(orders).toHaveLength(15);
    expect(orders[4]).toMatchObject({ cell: 4, side: 'BUY', price: '148', quantity: '1' });
    expect(orders[5]).toMatchObject({ cell: 5, side: 'SELL', price: '152', quantity: '1' });
  });

  it('prints the same for people', async () => {
    expect(await plan(CONFIG)).toBe(0);
    expect(cli.printed).toContain('   5  SELL         152             1     1 SOL\n');
    expect(cli.printed).toContain('Needs 2221.5 USDT and 0 SOL.');
  });

  it('prints a refused plan with its reasons, and fails', async () => {
    expect(await plan({ ...CONFIG, balance: { quote: '100' } }, '--json')).toBe(1);
    expect(JSON.parse(cli.printed)).toMatchObject({
      ok: false,
      refusals: [{ code: 'INSUFFICIENT_FUNDS', cell: null }],
    });
    expect(cli.complained).toBe('gridfleet: The plan is refused: INSUFFICIENT_FUNDS.\n');
  });

  it('lets options win over the file', async () => {
    const market = cli.file('market.json', { tickSize: '0.01', stepSize: '0.01', minNotional: '200' });
    expect(await plan(CONFIG, '--json', '--market', market, '--quote', '5')).toBe(1);
    const { refusals } = JSON.parse(cli.printed) as { refusals: { code: string; cell: number | null }[] };
    expect(refusals[0]).toMatchObject({ code: 'BELOW_MIN_NOTIONAL', cell: 0 });
    expect(refusals.at(-1)).toMatchObject({ code: 'INSUFFICIENT_FUNDS', cell: null });
  });

  it.each([
    [
      'an unknown param',
      { ...CONFIG, params: { ...CONFIG.params, stopLos: '1' } },
      'params.stopLos: is not known',
    ],
    ['a missing field', { ...CONFIG, symbol: undefined }, 'symbol: is required'],
    ['broken JSON', '{"kind": ', 'is not valid JSON'],
  ])('names the field of %s, and prints no plan', async (_, config, message) => {
    expect(await plan(config, '--json')).toBe(1);
    expect(cli.complained).toContain(message);
    expect(cli.printed).toBe('');
  });

  it('says which file is missing', async () => {
    expect(await runCli(['plan', '--config', join(cli.folder, 'none.json'), '--price', '1'])).toBe(1);
    expect(cli.complained).toContain('none.json cannot be read');
  });

  it('refuses a price that is none, or below a tick', async () => {
    expect(await plan(CONFIG, '--price', '0')).toBe(2);
    expect(await plan(CONFIG, '--price', '0.001')).toBe(1);
    expect(cli.complained).toContain('below one tick');
  });
});
