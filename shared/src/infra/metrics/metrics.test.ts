import { describe, expect, it } from 'vitest';
import { METRICS, type MetricSpec } from './catalogue.js';
import { Metrics } from './metrics.js';

const build = { version: '1.2.3', name: 'node-1' };

describe('metrics of a process', () => {
  it('are told by name and label, and are gone when forgotten', async () => {
    const metrics = new Metrics('worker', build);
    metrics.count('gridfleet_lease_losses_total', { reason: 'lost' });
    metrics.count('gridfleet_lease_losses_total', { reason: 'lost' }, 2);
    metrics.set('gridfleet_strategy_orders_missing', { strategy: '7' }, 3);
    metrics.set('gridfleet_strategy_orders_missing', { strategy: '8' }, 1);
    metrics.forget('gridfleet_strategy_orders_missing', { strategy: '8' });
    metrics.observe('gridfleet_order_ack_seconds', { outcome: 'accepted' }, 0.03);
    const lines = (await metrics.text()).split('\n');
    expect(lines).toContain('gridfleet_lease_losses_total{reason="lost"} 3');
    expect(lines).toContain('gridfleet_strategy_orders_missing{strategy="7"} 3');
    expect(lines).toContain('gridfleet_order_ack_seconds_bucket{le="0.05",outcome="accepted"} 1');
    expect(lines.filter((line) => line.includes('strategy="8"'))).toEqual([]);
  });

  it('say what runs', async () => {
    const text = await new Metrics('api', build).text();
    expect(text).toContain('gridfleet_build_info{component="api",version="1.2.3",name="node-1"} 1');
    expect(text).toContain('process_resident_memory_bytes');
  });

  it('are refused by a process that does not have them', () => {
    expect(() => new Metrics('api', build).set('gridfleet_runs_hosted', {}, 1)).toThrow(RangeError);
  });

  it('are looked up when asked for', async () => {
    const metrics = new Metrics('worker', build);
    metrics.onCollect(() => metrics.set('gridfleet_runs_hosted', {}, 5));
    expect(await metrics.text()).toContain('gridfleet_runs_hosted 5');
  });
});

describe('the catalogue', () => {
  it('names by the conventions of Prometheus', () => {
    for (const [name, spec] of Object.entries<MetricSpec>(METRICS)) {
      expect(name).toMatch(/^gridfleet_[a-z_]+$/);
      expect(name.endsWith('_total'), name).toBe(spec.type === 'counter');
      if (spec.type === 'histogram') expect(spec.buckets?.length, name).toBeGreaterThan(0);
      expect(spec.help.endsWith('.'), name).toBe(true);
    }
  });
});
