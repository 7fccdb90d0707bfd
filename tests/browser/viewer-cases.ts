import { expect, it } from 'vitest';
import type { BrowserSystem } from './context.js';

/** What somebody sees who may only look. */
export function viewerCases(system: () => BrowserSystem): void {
  it('shows a viewer everything and offers nothing to change; pages of owners are not there', async () => {
    const { page, url, id } = system();
    await page.route('**/api/me', (route) =>
      route.fulfill({
        json: {
          id: 2,
          email: 'viewer@example.org',
          role: 'viewer',
          isActive: true,
          workspaceOf: 1,
          hasTradingPassword: false,
          createdAt: '2026-01-01T00:00:00.000Z',
        },
      }),
    );
    await page.goto(`${url}/strategies`);
    await page.getByTestId(`strategy-row-${id}`).getByText('View only').waitFor();
    expect(await page.getByTestId(`stop-${id}`).count()).toBe(0);
    expect(await page.getByTestId('new-strategy').count()).toBe(0);
    expect(await page.getByRole('link', { name: 'Audit log' }).count()).toBe(0);
    await page.goto(`${url}/settings`);
    await page.getByTestId('scope-platform').waitFor();
    expect(await page.getByTestId('trading-panel').getByRole('button').count()).toBe(0);
    expect(await page.getByRole('tab', { name: 'Users' }).count()).toBe(0);
    await page.goto(`${url}/positions`);
    await page.getByTestId(`position-row-${id}`).waitFor();
    expect(await page.getByTestId(`close-${id}`).count()).toBe(0);
    expect(await page.getByTestId('manual-order').count()).toBe(0);
    await page.goto(`${url}/accounts`);
    await page
      .getByTestId(/^balances-/)
      .first()
      .waitFor();
    expect(await page.getByTestId('add-account').count()).toBe(0);
    await page.goto(`${url}/audit`);
    await page.getByTestId('no-permission').waitFor();
    await page.unroute('**/api/me');
  });
}
