import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { BrowserSystem } from './context.js';

/** The list of strategies: filters, columns, copies, files and batches. */
export function strategyCases(system: () => BrowserSystem): void {
  it('keeps filters in the address and columns in the browser', async () => {
    const { page, url, id } = system();
    await page.goto(`${url}/strategies?state=stopped`);
    await page.getByText('No strategy matches these filters.').waitFor();
    await page.getByTestId('clear-filters').click();
    const row = page.getByTestId(`strategy-row-${id}`);
    await row.waitFor();
    expect(new URL(page.url()).search).toBe('');
    await page.getByTestId('search').fill('nothing like it');
    await page.getByText('No strategy matches these filters.').waitFor();
    expect(new URL(page.url()).searchParams.get('q')).toBe('nothing like it');
    await page.getByTestId('search').fill('');
    await page.getByTestId('columns').click();
    await page.getByTestId('column-node').click();
    await page.getByRole('columnheader', { name: /Node/ }).waitFor({ state: 'detached' });
    await page.evaluate(`localStorage.removeItem('gridfleet.columns.strategies')`);
  });

  it('pauses a strategy with its orders left alone, says so, and lets it go on', async () => {
    const { page, url, id } = system();
    await page.goto(`${url}/strategies/${id}`);
    await page.getByTestId('pause').click();
    expect(await page.getByTestId('confirm-effect').innerText()).toMatch(/\d+ orders?/);
    await page.getByTestId('confirm-ok').click();
    await page
      .getByTestId('why')
      .getByText(/is Halted/)
      .waitFor();
    await page.getByTestId('resume').click();
    await page.getByTestId('pause').waitFor();
  });

  it('copies a strategy and opens the form of the copy', async () => {
    const { page, url, id } = system();
    await page.goto(`${url}/strategies`);
    await page.getByTestId(`copy-${id}`).click();
    await page.waitForURL(/\/strategies\/\d+\/edit$/);
    expect(await page.getByTestId('name').inputValue()).toBe('test grid (copy)');
  });

  it('warns as long as a strategy is allowed to trade a contract without a stop-loss', async () => {
    const { page } = system();
    const toggle = page.getByTestId('field-futures.allowUnprotected').locator('.el-switch');
    const warning = page.getByTestId('unprotected-warning');
    expect(await warning.count()).toBe(0);
    await toggle.click();
    await warning.waitFor();
    await toggle.click();
    await warning.waitFor({ state: 'detached' });
  });

  it('edits a parameter in the list: Escape leaves it, what is wrong is said, Enter saves', async () => {
    const { page, url, api } = system();
    const { body } = await api.get<{ items: { id: number; name: string }[] }>('/api/strategies');
    const copy = body.items.find(({ name }) => name === 'test grid (copy)')?.id ?? 0;
    await page.goto(`${url}/strategies`);
    await page.getByTestId('columns').click();
    await page.getByTestId('column-param:levels').click();
    await page.keyboard.press('Escape');
    const cell = page.getByTestId(`param-${copy}-levels`);
    const input = page.getByTestId(`param-${copy}-levels-input`);
    await cell.click();
    await input.fill('7');
    await input.press('Escape');
    expect(await cell.innerText()).toBe('21');
    await cell.click();
    await input.fill('1.5');
    await input.press('Enter');
    await page.getByText('Enter a whole number.').waitFor();
    await input.fill('18');
    await input.press('Enter');
    await cell.getByText('18').waitFor();
    await page.evaluate(`localStorage.removeItem('gridfleet.columns.strategies.more')`);
  });

  it('changes many at once, one that runs too, and says of each what became of it', async () => {
    const { page, url, api, id } = system();
    const { body: grid } = await api.get<{ params: { lower: string }; legs: { accountId: number }[] }>(
      `/api/strategies/${id}`,
    );
    const { lower } = grid.params;
    // A tenth of a per cent wide: a nineteenth of that does not pay the fees.
    const upper = (Number(lower) * 1.001).toFixed(2);
    const tight = await api.post<{ id: number }>('/api/strategies', {
      name: 'tight grid',
      kind: 'range-grid',
      params: { lower, upper, levels: 3, quantity: { mode: 'base', value: '0.005' } },
      legs: [{ accountId: grid.legs[0]?.accountId, market: 'BTC/USDT' }],
    });
    expect(tight.status).toBe(201);
    await page.goto(`${url}/strategies`);
    await page.getByTestId(`strategy-row-${tight.body.id}`).waitFor();
    await page.getByTestId('select-all').click();
    await page.getByTestId('batch-update').click();
    await page.getByTestId('batch-fields').click();
    await page.getByRole('option', { name: 'Levels', exact: true }).click();
    await page.keyboard.press('Escape');
    const dialog = page.getByTestId('batch-update-dialog');
    await dialog.locator('#field-levels').fill('19');
    await page.getByTestId('batch-save').click();
    const report = page.getByTestId('batch-report');
    await report.getByText('PLAN_REFUSED').waitFor();
    await report.getByText('2 done').waitFor();
    await report.getByText('1 failed').waitFor();
    await page.getByTestId('batch-report-close').click();
    const { body } = await api.get<{ items: { name: string; params: { levels: number } }[] }>(
      '/api/strategies',
    );
    expect(Object.fromEntries(body.items.map(({ name, params }) => [name, params.levels]))).toEqual({
      'test grid': 19,
      'test grid (copy)': 19,
      'tight grid': 3,
    });
    await api.send('DELETE', `/api/strategies/${tight.body.id}`);
  });

  it('exports strategies to a file and imports one', async () => {
    const { page, url } = system();
    await page.goto(`${url}/strategies`);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByTestId('export-all').click(),
    ]);
    const file = JSON.parse(readFileSync(await download.path(), 'utf8')) as { strategies: object[] };
    expect(file.strategies).toHaveLength(2);
    const changed = { ...file, strategies: [{ ...file.strategies[0], name: 'from a file' }] };
    const path = join(mkdtempSync(join(tmpdir(), 'gridfleet-import-')), 'strategies.json');
    writeFileSync(path, JSON.stringify(changed));
    await page.getByTestId('import-file').setInputFiles(path);
    await page.getByRole('link', { name: 'from a file' }).waitFor();
  });

  it('deletes the selection after naming it', async () => {
    const { page, id } = system();
    await page.getByTestId('search').fill('from a file');
    await page.getByTestId(`strategy-row-${id}`).waitFor({ state: 'detached' });
    await page.getByTestId('select-all').click();
    await page.getByTestId('batch-delete').click();
    expect(await page.getByTestId('confirm-effect').innerText()).toMatch(/1 strategy/);
    await page.getByTestId('confirm-ok').click();
    await page.getByText('No strategy matches these filters.').waitFor();
  });
}
