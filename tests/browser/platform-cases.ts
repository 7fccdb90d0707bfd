import { expect, it } from 'vitest';
import type { BrowserSystem } from './context.js';

/** Accounts, positions, orders by hand, templates, and what runs the platform. */
export function platformCases(system: () => BrowserSystem): void {
  it('tests the key of an account, and shows which strategy has reserved how much', async () => {
    const { page, url } = system();
    await page.goto(`${url}/accounts`);
    await page
      .getByTestId(/^test-account-\d+$/)
      .first()
      .click();
    await page.getByTestId('account-test-ok').waitFor();
    await page.keyboard.press('Escape');
    await page
      .getByTestId(/^balances-\d+$/)
      .first()
      .click();
    const drawer = page.getByRole('dialog').filter({ hasText: 'Balances of' });
    await drawer.getByRole('link', { name: 'test grid' }).first().waitFor();
  });

  it('sets what becomes of orders that no record knows', async () => {
    const { page, url } = system();
    await page.goto(`${url}/accounts`);
    const edit = page.getByTestId(/^edit-account-\d+$/).first();
    await edit.click();
    const policies = page.getByTestId('account-orphans');
    await policies.getByText('Only list').click();
    await page.getByText('It stays and is listed under Reconciliation').waitFor();
    await page.getByTestId('account-save').click();
    await policies.waitFor({ state: 'hidden' });
    await page.reload();
    await edit.click();
    expect(await policies.getByRole('radio', { name: 'Only list' }).isChecked()).toBe(true);
    await policies.getByText('Cancel', { exact: true }).click();
    await page.getByTestId('account-save').click();
    await policies.waitFor({ state: 'hidden' });
  });

  it('lists what is held, and closes a position only after the phrase is typed', async () => {
    const { page, url, id } = system();
    await page.goto(`${url}/positions`);
    const row = page.getByTestId(`position-row-${id}`);
    await row.getByText('BTC').first().waitFor();
    await page.getByTestId(`close-${id}`).click();
    expect(await page.getByTestId('confirm-effect').innerText()).toMatch(/cancels .* orders.*sells .* BTC/);
    expect(await page.getByTestId('confirm-ok').isDisabled()).toBe(true);
    await page.getByTestId('confirm-proof').fill(`CLOSE STRATEGY ${id}`);
    expect(await page.getByTestId('confirm-ok').isEnabled()).toBe(true);
    await page.getByTestId('confirm-cancel').click();
    const account = page.getByTestId('account-positions').locator('tbody tr').first();
    await account.getByRole('link', { name: 'test grid' }).waitFor();
    await account.getByText('our fills').waitFor();
  });

  it('places an order by hand after naming it, and cancels it', async () => {
    const { page, url } = system();
    await page.goto(`${url}/orders`);
    await page.getByTestId('manual-order').click();
    const dialog = page.getByTestId('manual-order-dialog');
    await dialog.locator('#market').click();
    await page.keyboard.type('BTC/USDT');
    await page.getByRole('option', { name: 'BTC/USDT', exact: true }).click();
    await page.getByTestId('manual-next').click();
    await dialog.getByText('Required.').first().waitFor();
    await page.getByTestId('manual-quantity').fill('0.001');
    const bid = /Bid ([\d,]+)/.exec(await dialog.getByText(/Bid [\d,.]+/).innerText())?.[1] ?? '';
    // Far below the market, so that it rests; inside the exchange's own price limits.
    await page.getByTestId('manual-price').fill(String(Math.floor(Number(bid.replaceAll(',', '')) * 0.9)));
    await page.getByTestId('manual-next').click();
    expect(await page.getByTestId('confirm-effect').innerText()).toMatch(/Buy 0\.001 BTC at/);
    await page.getByTestId('confirm-proof').fill('BUY 0.001 BTC/USDT');
    await page.getByTestId('confirm-ok').click();
    const mine = page.getByTestId('orders-table').locator('tbody tr').filter({ hasText: 'by hand' });
    await mine.first().getByRole('button').click();
    await page.getByTestId('cancel-order').click();
    await page.getByTestId('confirm-ok').click();
    await mine.first().waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');
  });

  it('keeps parameters as a template and begins a strategy with it', async () => {
    const { page, url, id } = system();
    await page.goto(`${url}/strategies/${id}`);
    await page.getByTestId('keep-template').click();
    await page.getByTestId('template-name').fill('nineteen levels');
    await page.getByTestId('template-save').click();
    await page.goto(`${url}/templates`);
    await page
      .getByTestId(/^use-template-\d+$/)
      .first()
      .click();
    await page.waitForURL(/strategies\/new\?template=\d+/);
    const levels = page.locator('#field-levels');
    await levels.waitFor();
    await expect.poll(() => levels.inputValue()).toBe('19');
  });

  it('shows what an edit of a running strategy does, saves it, and keeps the history', async () => {
    const { page, url, id } = system();
    await page.goto(`${url}/strategies/${id}/edit`);
    const effect = page.getByTestId('edit-effect');
    await effect.getByText('Nothing has been changed.').waitFor();
    await page.locator('#field-levels').fill('21');
    await effect.getByText(/trades on with revision 3/).waitFor();
    await page.getByTestId('save').click();
    await page.waitForURL(/\/strategies\/\d+$/);
    const revisions = page.getByTestId('revisions');
    await revisions.getByText(/Revision 3/).waitFor();
    await revisions.getByText(/19 → 21/).waitFor();
    await page.getByTestId('state').getByText('Running').waitFor();
  });

  it('stores a limit and goes back to the defaults', async () => {
    const { page, url } = system();
    await page.goto(`${url}/settings?tab=limits`);
    await page.locator('#field-maxDailyLoss').fill('-1');
    await page.getByText('Enter a plain number such as 0.5.').waitFor();
    await page.locator('#field-maxDailyLoss').fill('5000');
    await page.getByTestId('limits-store').click();
    await page.getByText('Limits of its own are in force.').waitFor();
    await page.getByRole('button', { name: 'Back to the defaults' }).click();
    await page.getByTestId('confirm-ok').click();
    await page.getByText('the defaults are in force').first().waitFor();
  });

  it('shows a token once, and revokes it', async () => {
    const { page, url } = system();
    await page.goto(`${url}/settings?tab=tokens`);
    await page.getByTestId('add-token').click();
    await page.getByTestId('token-name').fill('reporting');
    await page.getByTestId('token-save').click();
    expect(await page.getByTestId('token-value').innerText()).toMatch(/^gft_/);
    await page.getByRole('button', { name: 'Close', exact: true }).click();
    const row = page.getByTestId('tokens').locator('tbody tr').filter({ hasText: 'reporting' });
    await row.waitFor();
    expect(await page.content()).not.toContain('gft_');
    await row.getByRole('button', { name: 'Revoke' }).click();
    await page.getByTestId('confirm-ok').click();
    await row.waitFor({ state: 'detached' });
  });

  it('lets somebody in as a viewer', async () => {
    const { page, url } = system();
    await page.goto(`${url}/settings?tab=users`);
    await page.getByTestId('add-user').click();
    await page.getByTestId('user-email').fill('vera@example.org');
    await page.getByTestId('user-save').click();
    await page.getByTestId('users').getByText('vera@example.org').waitFor();
  });

  it('halts the platform only after the phrase, says so on every page, and resumes', async () => {
    const { page, url } = system();
    await page.goto(`${url}/settings`);
    await page.getByTestId('halt-platform').click();
    expect(await page.getByTestId('confirm-effect').innerText()).toMatch(/every open order of ours/);
    expect(await page.getByTestId('confirm-ok').isDisabled()).toBe(true);
    await page.getByTestId('confirm-proof').fill('HALT PLATFORM');
    await page.getByTestId('confirm-ok').click();
    await page
      .getByTestId('trading-banner')
      .getByText(/halted/)
      .waitFor();
    await page.getByTestId('halts').getByText('Done', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'Trades' }).first().click();
    await page
      .getByTestId('trading-banner')
      .getByText(/no order is sent/)
      .waitFor();
    await page.getByTestId('trading-banner').getByRole('link').click();
    await page.getByTestId('resume-platform').click();
    await page.getByTestId('confirm-ok').click();
    await page.getByTestId('trading-banner').waitFor({ state: 'detached' });
  });

  it('writes down who did what', async () => {
    const { page, url } = system();
    await page.goto(`${url}/audit?q=halt`);
    await page.getByTestId('audit').locator('tbody tr').getByText('POST /api/halt').waitFor();
    await page.getByTestId('audit-search').fill('trading-state');
    await page
      .getByTestId(/^audit-details-/)
      .first()
      .click();
    await page.getByTestId('audit-drawer').getByText('What changed').waitFor();
  });

  it('sees exchange, clock, budget and queues', async () => {
    const { page, url } = system();
    await page.goto(`${url}/system`);
    const exchange = page
      .getByTestId('health-exchanges')
      .locator('tbody tr')
      .filter({ hasText: 'binance:sim' });
    await exchange.getByText('Fine').waitFor();
    await exchange.getByText(/\d ms/).waitFor();
    await page.getByTestId('health-budgets').getByText('Request weight').first().waitFor();
    await page.getByTestId('health-queues').getByText('Strategies').waitFor();
  });
}
