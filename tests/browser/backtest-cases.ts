import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { waveCandles } from '../screenshots/showcase.js';
import type { BrowserSystem } from './context.js';

/** Backtests from upload to comparison. */
export function backtestCases(system: () => BrowserSystem): void {
  it('says what is missing, then runs a backtest on uploaded candles and shows its figures', async () => {
    const { page, url } = system();
    await page.goto(`${url}/backtests/new`);
    await page.getByTestId('run-backtest').click();
    await page.getByText('Required.').first().waitFor();
    const path = join(mkdtempSync(join(tmpdir(), 'gridfleet-candles-')), 'wave.csv');
    writeFileSync(path, waveCandles(900));
    await page.getByTestId('candles-file').setInputFiles(path);
    await page
      .getByTestId('candles')
      .getByText(/wave\.csv · 900 candles/)
      .waitFor();
    await page.getByTestId('draft-name').fill('wave');
    await page.getByTestId('draft-symbol').fill('SOL/USDT');
    await page.getByTestId('draft-stepSize').fill('0.01');
    await page.locator('#field-lower').fill('90');
    await page.locator('#field-upper').fill('110');
    await page.locator('#field-levels').fill('11');
    await page.locator('[id="field-quantity.value"]').fill('1');
    await page.getByTestId('run-backtest').click();
    await page.waitForURL(/\/backtests\/\d+$/);
    await page.getByTestId('figure-profit').getByText('USDT').waitFor();
    expect(Number(await page.getByTestId('figure-cycles').locator('td').innerText())).toBeGreaterThan(5);
  });

  it('runs a sweep from an earlier backtest and draws its heat map', async () => {
    const { page } = system();
    await page.getByTestId('again').click();
    await page.getByTestId('sweep-on').click();
    await page.getByTestId('draft-name').fill('wave sweep');
    await page.getByTestId('draft-sweep').fill('levels=5:11:3,quantity.value=1|2');
    await page.getByTestId('run-backtest').click();
    await page.getByTestId('heat-map').locator('canvas').first().waitFor();
    expect(await page.getByTestId('sweep-table').locator('tbody tr').count()).toBe(6);
  });

  it('compares two finished backtests', async () => {
    const { page, url, api } = system();
    const { body } = await api.get<{ items: { id: number; name: string; request: object }[] }>(
      '/api/backtests',
    );
    const wave = body.items.find(({ name }) => name === 'wave');
    if (!wave) throw new Error('the backtest is not listed');
    const again = await api.post<{ id: number }>('/api/backtests', {
      ...wave.request,
      name: 'wave, strict',
      fillModel: 'strict',
    });
    await page.goto(`${url}/backtests`);
    await page.getByTestId(`backtest-state-${again.body.id}`).getByText('Done').waitFor();
    await page.getByTestId(`select-${wave.id}`).click();
    await page.getByTestId(`select-${again.body.id}`).click();
    await page.getByTestId('compare').click();
    const figures = page.getByTestId('compare-figures');
    await figures.getByRole('columnheader', { name: /wave, strict/ }).waitFor();
    expect(await figures.getByTestId('figure-profit').locator('td').count()).toBe(2);
  });
}
