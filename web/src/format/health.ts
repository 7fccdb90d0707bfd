import type { SystemHealth } from '../api/system.js';

type Budget = SystemHealth['budgets'][number];

/** Request weight the exchange allows, as some node says; null when nobody does or it is another budget. */
export function limitOf(budget: Budget, nodes: SystemHealth['nodes']): number | null {
  if (budget.what !== 'weight') return null;
  for (const { health } of nodes) {
    const venue = health?.venues.find(
      ({ scope, weightWindow }) => scope === budget.scope && weightWindow === budget.window,
    );
    if (venue) return venue.weightLimit;
  }
  return null;
}

/** How many things somebody should look at. */
export function troubles(health: SystemHealth): number {
  const nodes = health.nodes.flatMap((node) => (node.health === null ? [] : [node.health]));
  const silent = nodes.filter(({ stale }) => stale > 0).length;
  const clocks = nodes.flatMap(({ venues }) => venues).filter(({ clockProblem }) => clockProblem !== null);
  const parts = [!health.checks.mysql, !health.checks.redis, health.checks.workers === 0];
  return parts.filter(Boolean).length + silent + clocks.length + health.gates.length;
}
