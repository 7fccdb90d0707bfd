import { describe, expect, it } from 'vitest';
import { htmlPage, type Page } from './html-page.js';

/**
 * The page without the chart library, which names licences and XML name spaces, and is too long for a message. The
 * policy, which is looked at here too, stops whatever it might try.
 */
async function withoutLibrary(page: Page): Promise<string> {
  return (await htmlPage(page)).replace(/<script>[\s\S]*?<\/script>/, '');
}

const EVIL = '</script><img src=x onerror=alert(1)>';

describe('a report page', () => {
  it('names no resource outside itself', async () => {
    const page = await withoutLibrary({ title: 'a', subtitle: 'b', warnings: [], charts: [], tables: [] });
    expect(page).not.toMatch(/<(?:link|iframe|img)\b/);
    expect(page).not.toMatch(/\b(?:src|href)\s*=/);
    expect(page).not.toMatch(/https?:\/\//);
    expect(page).toContain("default-src 'none'");
  });

  it('shows text as text', async () => {
    const page = await withoutLibrary({
      title: EVIL,
      subtitle: EVIL,
      warnings: [EVIL],
      charts: [{ title: EVIL, height: 10, option: { name: EVIL } }],
      tables: [{ title: EVIL, heading: [EVIL], rows: [[EVIL]] }],
    });
    expect(page).not.toContain('<img');
    expect(page).toContain('&lt;/script&gt;&lt;img');
    const json = /<script type="application\/json" id="chart-1">(.*?)<\/script>/.exec(page)?.[1] ?? '';
    expect(JSON.parse(json)).toMatchObject({ name: EVIL });
  });
});
