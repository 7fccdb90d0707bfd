import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { waitUntil } from '../harness/wait.js';
import type { BrowserSystem } from './context.js';

/** Trades and orders. */
export function historyCases(system: () => BrowserSystem): void {
  it('keeps archived and imported trades apart from the fills', async () => {
    const { page, url } = system();
    await page.goto(`${url}/trades`);
    await page.getByTestId('trades-view').getByText('Archive').click();
    await page.waitForURL(/view=archive/);
    const archive = page.getByTestId('archive');
    await archive.getByText('No archived trades match these filters.').waitFor();
    await archive.getByText('Imported', { exact: true }).click();
    expect(await page.getByTestId('trades-table').count()).toBe(0);
    const file = await page.request.get(url + String(await page.getByTestId('csv').getAttribute('href')));
    expect([file.status(), await file.text()]).toEqual([200, expect.stringMatching(/^source,time/)]);
    await page.getByTestId('trades-view').getByText('Fills').click();
    await page.getByTestId('trades-table').waitFor();
  });

  it('narrows trades by the address, shows a sell with its buy and its record, and exports what is filtered', async () => {
    const { page, url, api, id } = system();
    // A sell of a completed cycle has a buy before it; what was bought at first has none.
    const linked = await waitUntil(
      async () => {
        const { body } = await api.get<{ items: { id: string; linkedOrderId: string | null }[] }>(
          `/api/trades?strategyId=${id}&side=sell&limit=100`,
        );
        return body.items.find((trade) => trade.linkedOrderId !== null);
      },
      { timeoutMs: 90_000, what: 'a sell with a buy before it', everyMs: 500 },
    );
    await page.goto(`${url}/trades?strategyId=${id}&side=sell`);
    const rows = page.getByTestId('trades-table').locator('tbody tr');
    await rows.first().waitFor();
    expect(new Set(await rows.locator('td:nth-child(4)').allInnerTexts())).toEqual(new Set(['▼ Sell']));
    await page.getByTestId(`trade-details-${linked.id}`).click();
    const drawer = page.getByTestId('trade-drawer');
    await drawer.getByText('The buy it sells').waitFor();
    expect(await drawer.getByTestId('raw-record').innerText()).toContain(`"id": "${linked.id}"`);
    await page.keyboard.press('Escape');
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByTestId('csv').click()]);
    const [, ...lines] = readFileSync(await download.path(), 'utf8')
      .trim()
      .split('\n');
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.every((line) => line.includes('sell'))).toBe(true);
  });

  it('finds nothing tomorrow, and everything again without dates', async () => {
    const { page, url } = system();
    await page.goto(`${url}/trades?from=2199-01-01`);
    await page.getByText('No fills match these filters.').waitFor();
    await page.getByTestId('trades-range').click();
    await page.getByRole('option', { name: 'Today', exact: true }).click();
    await page.getByTestId('trades-table').locator('tbody tr').first().waitFor();
    expect(new URL(page.url()).searchParams.get('from')).toMatch(/^\d{4}-\d{2}-\d{2}$/);
  });

  it('lists orders open and closed, and one with its fills', async () => {
    const { page, url } = system();
    await page.goto(`${url}/orders`);
    const rows = page.getByTestId('orders-table').locator('tbody tr');
    await rows.first().waitFor();
    await page.getByTestId('orders-state').getByText('Closed').click();
    await page.waitForURL(/state=closed/);
    await rows.getByText('Filled', { exact: true }).first().waitFor();
    await rows.first().getByRole('button').click();
    await page.getByTestId('order-drawer').getByTestId('raw-record').waitFor();
  });
}
