import { parseArgs } from 'node:util';
import { backtestRates } from './backtest.js';
import { mapUpdateRate, type Measurement } from './measure.js';
import { simulatorMeasurements } from './simulator.js';
import { CELLS, fillRate, quoteRate } from './range-grid.js';

const yardstick = mapUpdateRate(CELLS);

function print(bench: string, perSecond: number): void {
  const line: Measurement = {
    bench,
    perSecond: Math.round(perSecond),
    ratio: Number((perSecond / yardstick).toPrecision(3)),
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

print(`map update, ${CELLS} entries`, yardstick);
print(`range-grid quote, ${CELLS} cells`, quoteRate());
print(`range-grid fill, ${CELLS} cells`, fillRate());

const { values } = parseArgs({ options: { candles: { type: 'string' } } });
for (const measured of backtestRates(values.candles)) process.stdout.write(`${JSON.stringify(measured)}\n`);
for (const line of await simulatorMeasurements()) process.stdout.write(`${JSON.stringify(line)}\n`);
