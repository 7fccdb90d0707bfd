import { describe, expect, test } from 'vitest';
import { runCli } from '../program.js';
import { commandLine } from '../testing/command-line.js';

const MARKET = { tickSize: '0.01', stepSize: '0.01', minQuantity: '0.01', minNotional: '0' };
const CANDLES = [
  'open_time_ms,open,high,low,close',
  ...Array.from({ length: 200 }, (_, i) => {
    const [open, close] = i % 2 === 0 ? [150, 152] : [152, 150];
    return `${i * 60_000},${open},152.5,149.5,${close}`;
  }),
];

const cli = commandLine();

const candles = (): string => cli.file('candles.csv', CANDLES.join('\n'));
const market = (rules: object = MARKET): string => cli.file('market.json', JSON.stringify(rules));

describe('gridfleet suggest', () => {
  test('prints params and says why', async () => {
    expect(await runCli(['suggest', '--candles', candles(), '--market', market()]), cli.complained).toBe(0);
    const [params = '', , ...reasons] = cli.printed.trimEnd().split('\n');
    expect(JSON.parse(params)).toMatchObject({ spacing: 'geometric', levels: 3 });
    expect(reasons[0]).toMatch(/^- Nine tenths of the closes .* between 150 and 152:/);
  });

  test('takes market and fee from a config, options win, and prints JSON', async () => {
    const params = { lower: '1', upper: '2', levels: 5, quantity: { value: '1' } };
    const fees = { maker: '0.002' };
    const config = cli.file(
      'c.json',
      JSON.stringify({ kind: 'range-grid', symbol: 'SOL/USDT', params, market: MARKET, fees }),
    );
    const args = ['suggest', '--candles', candles(), '--config', config, '--json'];
    expect(await runCli(args), cli.complained).toBe(0);
    expect(JSON.parse(cli.printed)).toMatchObject({ measured: { candles: 200, breakEvenStepPct: '0.4008' } });
    cli.printed = '';
    expect(await runCli([...args, '--fee-maker', '0']), cli.complained).toBe(0);
    expect(JSON.parse(cli.printed)).toMatchObject({ measured: { breakEvenStepPct: '0.0000' } });
  });

  test('needs to know the market', async () => {
    expect(await runCli(['suggest', '--candles', candles()])).toBe(2);
    expect(cli.complained).toBe('gridfleet: suggest needs --market FILE or --config FILE\n');
  });

  test('names what is wrong with the market', async () => {
    const wrong = market({ ...MARKET, tickSize: 'x', bogus: 1 });
    expect(await runCli(['suggest', '--candles', candles(), '--market', wrong])).toBe(1);
    expect(cli.complained).toMatch(/market\.json does not fit:\n {2}market\.\w+/);
    expect(cli.complained).toMatch(/market\.bogus: is not known/);
  });

  test('says when the tick is too coarse', async () => {
    const coarse = market({ ...MARKET, tickSize: '10' });
    expect(await runCli(['suggest', '--candles', candles(), '--market', coarse])).toBe(1);
    expect(cli.complained).toMatch(/^gridfleet: no suggestion: the market's tick 10 is too coarse/);
  });
});
