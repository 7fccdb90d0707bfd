import type { Page } from 'playwright-core';

/** A page of the UI and what shows that it has loaded. */
export interface UiPage {
  name: string;
  path: string;
  /** A CSS selector. */
  ready: string;
}

const byTestId = (id: string): string => `[data-testid="${id}"]`;

/** Every page, for what all of them must keep: accessibility, phone width, both themes, pictures. */
export function uiPages(ids: { strategy: number; backtest: number; sweep: number }): UiPage[] {
  return [
    { name: 'overview', path: '/', ready: byTestId('profit-sum') },
    { name: 'monitor', path: '/monitor', ready: byTestId(`card-state-${ids.strategy}`) },
    { name: 'strategies', path: '/strategies', ready: byTestId(`strategy-row-${ids.strategy}`) },
    { name: 'new-strategy', path: '/strategies/new', ready: byTestId('save') },
    { name: 'strategy', path: `/strategies/${ids.strategy}`, ready: `${byTestId('price-chart')} canvas` },
    { name: 'trades', path: '/trades', ready: `${byTestId('trades-table')} tbody tr` },
    { name: 'orders', path: '/orders', ready: `${byTestId('orders-table')} tbody tr` },
    { name: 'backtests', path: '/backtests', ready: byTestId(`backtest-row-${ids.backtest}`) },
    { name: 'new-backtest', path: '/backtests/new', ready: byTestId('run-backtest') },
    { name: 'backtest', path: `/backtests/${ids.backtest}`, ready: `${byTestId('backtest-chart')} canvas` },
    { name: 'sweep', path: `/backtests/${ids.sweep}`, ready: `${byTestId('heat-map')} canvas` },
    { name: 'accounts', path: '/accounts', ready: byTestId('add-account') },
    { name: 'workers', path: '/workers', ready: byTestId('worker-row-node-1') },
    { name: 'positions', path: '/positions', ready: byTestId('positions') },
    { name: 'templates', path: '/templates', ready: byTestId('templates') },
    { name: 'health', path: '/system', ready: byTestId('health-exchanges') },
    { name: 'audit', path: '/audit', ready: '[data-testid^="audit-row-"]' },
    { name: 'settings', path: '/settings', ready: byTestId('scope-platform') },
    { name: 'settings-limits', path: '/settings?tab=limits', ready: byTestId('field-maxOpenOrders') },
    { name: 'settings-users', path: '/settings?tab=users', ready: byTestId('user-row-1') },
    { name: 'settings-tokens', path: '/settings?tab=tokens', ready: byTestId('tokens') },
    { name: 'settings-password', path: '/settings?tab=password', ready: byTestId('password-next') },
    { name: 'edit-strategy', path: `/strategies/${ids.strategy}/edit`, ready: byTestId('edit-effect') },
    { name: 'reconciliation', path: '/reconciliation', ready: byTestId('foreign-orders') },
    { name: 'notifications', path: '/notifications', ready: byTestId('add-channel') },
    { name: 'not-found', path: '/nothing-here', ready: 'h1' },
  ];
}

/** Goes to a page as a link inside the UI would: nothing is loaded twice. */
export async function visit(page: Page, { path, ready }: UiPage): Promise<void> {
  await page.evaluate(
    `history.pushState(null, '', ${JSON.stringify(path)}); dispatchEvent(new PopStateEvent('popstate', { state: null }))`,
  );
  await page.locator(ready).first().waitFor();
}
