import { expect, it } from 'vitest';
import type { BrowserSystem } from './context.js';

/** Overview, monitor, nodes and accounts: what one looks at. */
export function watchCases(system: () => BrowserSystem): void {
  it('sums the profit of the strategies by asset, and lists what runs', async () => {
    const { page, url, id } = system();
    await page.goto(url);
    await page.getByTestId('profit-sum').getByText('USDT').first().waitFor();
    await page
      .getByTestId('period-today')
      .getByText(/cycles/)
      .waitFor();
    await page.getByTestId(`running-${id}`).getByText('Running').waitFor();
  });

  it('shows a live card with the next orders, and warns from the limits of this browser on', async () => {
    const { page, id } = system();
    await page.getByRole('link', { name: 'Monitor' }).first().click();
    const card = page.getByTestId(`card-${id}`);
    await card.getByRole('list', { name: 'Next orders' }).getByText(/%/).first().waitFor();
    await page.getByTestId('alert-limits').click();
    await page.getByTestId('limit-sellSharePercent').fill('1');
    await page.getByTestId('limits-save').click();
    await card.getByText(/% of the open orders are sells/).waitFor();
    await page.reload();
    await card.getByText(/% of the open orders are sells/).waitFor();
    expect(new URL(page.url()).pathname).toBe('/monitor');
    await page.evaluate(`localStorage.removeItem('gridfleet.alert-limits')`);
  });

  it('tells which node runs the strategy', async () => {
    const { page, url, id } = system();
    await page.goto(`${url}/workers`);
    await page.getByTestId('worker-row-node-1').getByRole('link', { name: 'test grid' }).click();
    await page.waitForURL(`**/strategies/${id}`);
  });

  it('shows the balances of an account', async () => {
    const { page, url } = system();
    await page.goto(`${url}/accounts`);
    await page
      .getByTestId(/^balances-\d+$/)
      .first()
      .click();
    await page.getByRole('dialog').getByText('USDT').first().waitFor();
  });
}
