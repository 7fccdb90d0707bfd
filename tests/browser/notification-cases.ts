import { expect, it } from 'vitest';
import { startReceiver } from '../../api/src/testing/receiver.js';
import { seriousFindings, type BrowserSystem } from './context.js';

/** Channels: the form of each kind comes from its schema, a test message arrives, the log tells of it. */
export function notificationCases(system: () => BrowserSystem): void {
  it('adds a signed webhook, tests it, shows its log, changes it without its secret, and removes it', async () => {
    const { page, url } = system();
    const receiver = await startReceiver();
    try {
      await page.goto(`${url}/notifications`);
      await page.getByTestId('add-channel').click();
      await page.locator('#field-chatId').waitFor();
      await page.getByTestId('channel-kind').click();
      await page.getByRole('option', { name: 'Webhook' }).click();
      await page.getByTestId('channel-name').fill('Pager');
      await page.locator('input#field-url').fill(`${receiver.url}/hook`);
      expect(await page.getByTestId('channel-save').isDisabled()).toBe(true);
      await page.getByTestId('channel-secret-secret').fill('a-signing-secret-of-the-pager');
      await page.getByTestId('channel-all-events').click();
      await page.getByTestId('channel-event-halt').click();
      expect(await seriousFindings(page)).toEqual([]);
      await page.getByTestId('channel-save').click();
      const row = page.locator('[data-testid^="channel-row-"]');
      await row.getByText('1 events').waitFor();
      await row.locator('[data-testid^="test-"]').click();
      await page.getByText('The test message to Pager has arrived.').waitFor();
      expect(receiver.requests).toHaveLength(1);
      expect(receiver.requests[0]?.headers['x-gridfleet-signature']).toMatch(/^sha256=[0-9a-f]{64}$/);
      await row.locator('[data-testid^="log-"]').click();
      await page.locator('[data-testid^="delivery-"]').getByText('Sent').waitFor();
      await page.keyboard.press('Escape');
      await row.locator('[data-testid^="edit-channel-"]').click();
      expect(await page.getByTestId('channel-secret-secret').inputValue()).toBe('');
      await page.getByTestId('channel-name').fill('Pager 2');
      await page.getByTestId('channel-save').click();
      await row.getByText('Pager 2').waitFor();
      await row.locator('[data-testid^="delete-channel-"]').click();
      await page.getByTestId('confirm-ok').click();
      await row.waitFor({ state: 'detached' });
    } finally {
      await receiver.close();
    }
  });
}
