import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { METRICS, type MetricSpec } from '@gridfleet/shared/infra';
import type { GridfleetProcess } from '../harness/processes.js';
import { parsePrometheus, type Exposition } from '../harness/prometheus-text.js';

const scrape = async (url: string): Promise<Exposition> => {
  const answer = await fetch(url, { signal: AbortSignal.timeout(10_000) });
  expect(answer.headers.get('content-type')).toContain('text/plain');
  return parsePrometheus(await answer.text());
};

/** What running processes tell of themselves; the strategy has had at least three fills. */
export function metricsCases(
  system: () => { apiUrl: string; worker: GridfleetProcess; strategyId: number },
): void {
  describe('metrics of running processes', () => {
    it('have every metric of the catalogue and of every alert', async () => {
      const { apiUrl, worker } = system();
      const told = {
        api: await scrape(`${apiUrl}/metrics`),
        worker: await scrape(String(worker.ready['metrics'])),
      };
      for (const [name, { of, type }] of Object.entries<MetricSpec>(METRICS)) {
        for (const source of ['api', 'worker'] as const)
          expect(told[source].types.get(name), `${name} of ${source}`).toBe(
            of === source || of === 'all' ? type : undefined,
          );
      }
      const families = new Set([...told.api.types.keys(), ...told.worker.types.keys()]);
      const alerts = readFileSync(new URL('../../deploy/prometheus/alerts.yml', import.meta.url), 'utf8');
      const { groups } = parse(alerts) as { groups: { rules: { expr: string }[] }[] };
      for (const { expr } of groups.flatMap(({ rules }) => rules))
        for (const [name] of expr.matchAll(/gridfleet_\w+/g))
          expect(families, expr).toContain(name.replace(/_(?:bucket|count|sum)$/, ''));
    });

    it('tell what the grid has, as its status does', async () => {
      const { apiUrl, worker, strategyId } = system();
      const told = await scrape(String(worker.ready['metrics']));
      const of = (name: string, labels: Record<string, string> = {}): number | undefined =>
        told.samples.find(
          (sample) =>
            sample.name === name &&
            Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
        )?.value;
      const strategy = { strategy: String(strategyId) };
      const due = of('gridfleet_strategy_orders_due', strategy) ?? 0;
      expect(due).toBeGreaterThan(10);
      expect(of('gridfleet_strategy_orders_missing', strategy)).toBe(
        due - (of('gridfleet_strategy_orders_resting', strategy) ?? NaN),
      );
      expect(of('gridfleet_strategy_fills', strategy)).toBeGreaterThanOrEqual(3);
      expect(of('gridfleet_strategy_profit_quote', { ...strategy, part: 'realized' })).toBeTypeOf('number');
      expect(of('gridfleet_order_ack_seconds_count', { outcome: 'accepted' })).toBeGreaterThanOrEqual(15);
      expect(of('gridfleet_runs_hosted')).toBe(1);
      expect(of('gridfleet_request_weight_limit')).toBeGreaterThan(0);
      expect(of('gridfleet_request_weight_used')).toBeGreaterThan(0);
      const platformTold = await scrape(`${apiUrl}/metrics`);
      const running = platformTold.samples.find(
        ({ name, labels }) => name === 'gridfleet_runs' && labels['state'] === 'running',
      );
      expect(running?.value).toBe(1);
    });

    it('stand beside the health of the node', async () => {
      const { worker } = system();
      const base = new URL('/', String(worker.ready['metrics'])).href;
      const ready = await fetch(`${base}health/ready`, { signal: AbortSignal.timeout(5_000) });
      expect(await ready.json()).toEqual({ status: 'ok', checks: { mysql: true, redis: true } });
      expect((await fetch(`${base}health/live`, { signal: AbortSignal.timeout(5_000) })).status).toBe(200);
    });
  });
}
