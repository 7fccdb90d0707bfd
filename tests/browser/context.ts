import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import type { Rest } from '../harness/rest.js';

/** The running system that all browser cases share; the fields are set before the first case runs. */
export interface BrowserSystem {
  page: Page;
  url: string;
  api: Rest;
  /** The running grid. */
  id: number;
}

/** Longest a single step may take on a busy machine, ms. */
export const STEP_MS = 40_000;

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface AxeFinding {
  id: string;
  impact: string | null;
  nodes: { target: unknown[]; failureSummary?: string }[];
}

/**
 * What axe-core finds serious or critical on the page as it is now, in readable lines. Rows of a table are alike: the
 * first few stand for all.
 *
 * @param rule looks for this alone: a theme changes nothing but colours
 */
export async function seriousFindings(page: Page, rule?: 'color-contrast'): Promise<string[]> {
  // Evaluated rather than added as a script tag: a content security policy may forbid those.
  if (!(await page.evaluate<boolean>('Boolean(window.axe)'))) await page.evaluate(AXE);
  const only = rule === undefined ? '' : `, runOnly: ['${rule}']`;
  const violations = await page.evaluate<AxeFinding[]>(
    `axe.run({ exclude: ['tbody tr:nth-child(n+5)'] }, { resultTypes: ['violations']${only} }).then((result) => result.violations)`,
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary = '' }) => `${id} ${JSON.stringify(target)}: ${failureSummary}`),
    );
}

/** How far the page can be scrolled sideways, px; nothing but boxes of their own may. */
export function sidewaysOverflow(page: Page): Promise<number> {
  const root = 'document.documentElement';
  return page.evaluate<number>(`${root}.scrollWidth - ${root}.clientWidth`);
}
