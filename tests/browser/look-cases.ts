import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { seriousFindings, sidewaysOverflow, type BrowserSystem } from './context.js';
import { uiPages, visit } from './pages.js';

/** The first view of a page must not be heavier, compressed. */
const FIRST_LOAD_BYTES = 300_000;

/** What every page must keep. */
export function lookCases(system: () => BrowserSystem): void {
  async function pages() {
    const { api, id } = system();
    const { body } = await api.get<{ items: { id: number; isSweep: boolean }[] }>('/api/backtests');
    const backtest = body.items.find((item) => !item.isSweep)?.id ?? 0;
    const sweep = body.items.find((item) => item.isSweep)?.id ?? 0;
    return uiPages({ strategy: id, backtest, sweep });
  }

  it('loads less than 300 kB before the first page shows, and no chart', async () => {
    const { page, url, id } = system();
    const sizes = new Map<string, number>();
    const context = await page.context().browser()?.newContext();
    if (!context) throw new Error('the browser is gone');
    const fresh = await context.newPage();
    const reading: Promise<unknown>[] = [];
    fresh.on('response', (response) => {
      const path = new URL(response.url()).pathname;
      if (!/\.(?:js|css)$/.test(path)) return;
      reading.push(response.body().then((body) => sizes.set(path, gzipSync(body).length)));
    });
    await fresh.goto(`${url}/strategies`);
    await fresh.getByTestId(`strategy-row-${id}`).waitFor();
    await Promise.all(reading);
    await context.close();
    const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
    expect([...sizes.keys()].filter((path) => path.includes('chart'))).toEqual([]);
    expect(total).toBeGreaterThan(50_000);
    expect(total).toBeLessThan(FIRST_LOAD_BYTES);
  });

  /** Findings of the page as it stands, then those that the other theme adds. */
  async function findingsOf(name: string, other: 'light' | 'dark'): Promise<string[]> {
    const { page } = system();
    const found = await seriousFindings(page);
    await page.evaluate(`document.documentElement.classList.toggle('dark', ${other === 'dark'})`);
    found.push(...(await seriousFindings(page, 'color-contrast')));
    await page.evaluate(`document.documentElement.classList.toggle('dark', ${other !== 'dark'})`);
    return found.map((line) => `${name}: ${line}`);
  }

  it('has no serious accessibility finding on any page, in either theme', async () => {
    const { page, url } = system();
    await page.goto(url);
    const findings: string[] = [];
    for (const uiPage of await pages()) {
      await visit(page, uiPage);
      findings.push(...(await findingsOf(uiPage.name, 'dark')));
    }
    expect(findings).toEqual([]);
  });

  it('fits a phone in Chinese and dark on every page, as accessible, with the navigation in a drawer', async () => {
    const { page, url } = system();
    await page.setViewportSize({ width: 375, height: 740 });
    await page.evaluate(
      `localStorage.setItem('gridfleet.locale', 'zh-CN'); localStorage.setItem('gridfleet.theme', 'dark')`,
    );
    await page.goto(url);
    const wide: string[] = [];
    const findings: string[] = [];
    for (const uiPage of await pages()) {
      await visit(page, uiPage);
      const overflow = await sidewaysOverflow(page);
      if (overflow > 0) wide.push(`${uiPage.name}: ${overflow} px`);
      findings.push(...(await findingsOf(uiPage.name, 'light')));
    }
    expect(findings).toEqual([]);
    expect(wide).toEqual([]);
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN');
    expect(await page.locator('html').getAttribute('class')).toContain('dark');
    await page.getByRole('button', { name: '打开菜单' }).click();
    await page.getByRole('dialog').getByRole('link', { name: '监控' }).click();
    await page.getByRole('heading', { name: '监控' }).waitFor();
    await page.evaluate('localStorage.clear()');
    await page.setViewportSize({ width: 1280, height: 900 });
  });
}
