import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { METRICS, type MetricSpec } from './catalogue.js';

const root = new URL('../../../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');

/** What Prometheus knows of a catalogue entry, and what Node.js tells by itself. */
const known = new Map<string, MetricSpec>(
  Object.entries<MetricSpec>(METRICS).flatMap(([name, spec]): [string, MetricSpec][] =>
    spec.type === 'histogram'
      ? [
          [`${name}_bucket`, { ...spec, labels: [...spec.labels, 'le'] }],
          [`${name}_count`, spec],
          [`${name}_sum`, spec],
        ]
      : [[name, spec]],
  ),
);
/** Labels that Prometheus adds. */
const SCRAPED = ['instance', 'job'];

/** Names of metrics in an expression, each with the labels it is filtered by. */
function used(expr: string): { name: string; labels: string[] }[] {
  return [...expr.matchAll(/\b((?:gridfleet|process|nodejs)_\w+)(?:\{([^}]*)\})?/g)].map((match) => ({
    name: match[1] ?? '',
    labels: [...(match[2] ?? '').matchAll(/(\w+)\s*[=!]~?/g)].map((label) => label[1] ?? ''),
  }));
}

function check(expr: string): void {
  const names = used(expr);
  expect(names.length, expr).toBeGreaterThan(0);
  for (const { name, labels } of names) {
    if (!name.startsWith('gridfleet_')) continue;
    const spec = known.get(name);
    expect(spec, `${name} in: ${expr}`).toBeDefined();
    for (const label of labels) expect([...(spec?.labels ?? []), ...SCRAPED], expr).toContain(label);
  }
}

interface Rule {
  alert: string;
  expr: string;
  labels: { severity: string };
  annotations: { summary: string; runbook_url: string };
}

const rules = (parse(read('deploy/prometheus/alerts.yml')) as { groups: { rules: Rule[] }[] }).groups.flatMap(
  (group) => group.rules,
);

describe('alert rules', () => {
  it.each(rules.map((rule) => [rule.alert, rule] as const))(
    '%s uses metrics that exist, and its runbook says what to do',
    (name, { expr, labels, annotations }) => {
      check(expr);
      expect(['warning', 'critical']).toContain(labels.severity);
      expect(annotations.runbook_url).toBe(`docs/runbooks.md#${name.toLowerCase()}`);
      const section = new RegExp(`^## ${name}\\n([\\s\\S]*?)(?=^## |$(?![\\s\\S]))`, 'm').exec(
        read('docs/runbooks.md'),
      );
      expect(section?.[1]).toMatch(/\*\*Do\.\*\*/);
    },
  );

  it('have names of their own', () => {
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
  });
});

describe('dashboards', () => {
  const files = readdirSync(new URL('deploy/grafana/', root)).filter((name) => name.endsWith('.json'));

  it.each(files)('%s shows metrics that exist', (file) => {
    const { panels } = JSON.parse(read(`deploy/grafana/${file}`)) as {
      panels: { title: string; targets: { expr: string }[] }[];
    };
    expect(panels.length).toBeGreaterThan(4);
    for (const { targets } of panels) for (const { expr } of targets) check(expr);
  });

  it('show every metric of the catalogue', () => {
    const all = files.map((file) => read(`deploy/grafana/${file}`)).join('\n');
    const unseen = Object.keys(METRICS).filter((name) => !all.includes(name));
    expect(unseen).toEqual([]);
  });
});

describe('docs/observability.md', () => {
  it('lists every metric', () => {
    const page = read('docs/observability.md');
    for (const [name, { help, type }] of Object.entries<MetricSpec>(METRICS)) {
      expect(page).toContain(`\`${name}\``);
      expect(page.replaceAll(/\s+/g, ' ')).toContain(`${type} | ${help}`);
    }
  });
});
