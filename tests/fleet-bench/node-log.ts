import type { GridfleetProcess } from '../harness/processes.js';

/** A moment in the life of a run on a node. */
export interface RunMoment {
  strategyId: number;
  /** Wall clock, ms; nodes and bench share one machine. */
  time: number;
}

interface Line {
  msg?: string;
  time?: number;
  strategyId?: number;
  state?: string;
}

function moments(node: GridfleetProcess, isMeant: (line: Line) => boolean): RunMoment[] {
  const found: RunMoment[] = [];
  for (const text of node.output().split('\n')) {
    if (!text.startsWith('{"level"')) continue;
    const line = JSON.parse(text) as Line;
    if (line.strategyId === undefined || line.time === undefined || !isMeant(line)) continue;
    found.push({ strategyId: line.strategyId, time: line.time });
  }
  return found;
}

/** When a node began to trade each of its runs: the first step after the comparison with the exchange is done. */
export function firstSteps(node: GridfleetProcess): RunMoment[] {
  return moments(node, ({ msg, state }) => msg === 'the run is traded here' && state === 'running');
}

/** When a node made the last step of each run that it gave away. */
export function lastSteps(node: GridfleetProcess): RunMoment[] {
  return moments(node, ({ msg }) => msg === 'the run is given back');
}

/** What a node complained of, and how often. */
export function complaints(node: GridfleetProcess): Record<string, number> {
  const counted: Record<string, number> = {};
  for (const text of node.output().split('\n')) {
    if (!text.startsWith('{"level"')) continue;
    const {
      level = 0,
      msg = '',
      err,
    } = JSON.parse(text) as Line & {
      level?: number;
      err?: { message?: string };
    };
    if (level < 40) continue;
    const what = `${msg}: ${err?.message ?? ''}`.replace(/\d+/g, 'N').slice(0, 100);
    counted[what] = (counted[what] ?? 0) + 1;
  }
  return counted;
}
