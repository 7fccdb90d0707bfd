import { setTimeout as delay } from 'node:timers/promises';
import type { Draw } from '../../faults/harness/fault.js';
import { blockLoop } from '../../harness/inspector.js';
import type { TcpProxy } from '../../harness/tcp-proxy.js';
import type { Arena, ArenaNode } from './arena.js';

/** Something that happens to a fleet; when it returns, the world is as it was, but for nodes that have ended. */
export interface Disaster {
  name: string;
  /** Rows of the fault table in docs/reliability.md that it plays. */
  ids: string;
  happen(arena: Arena, draw: Draw): Promise<void>;
}

/** Longer than a lease lives, ms. */
const PAST_LEASE = [6_000, 9_000] as const;

/** A living node, one that holds runs when there is any: what happens to an idle one proves little. */
export async function anyNode(arena: Arena, draw: Draw): Promise<ArenaNode> {
  const busy = new Set((await arena.holdings()).map(({ node }) => node));
  const alive = arena.nodes.filter(({ process }) => process.exitCode() === undefined);
  const holding = alive.filter(({ name }) => busy.has(name));
  const nodes = holding.length > 0 ? holding : alive;
  const node = nodes[draw(0, nodes.length - 1)];
  if (node === undefined) throw new RangeError('no node lives');
  return node;
}

/** Cut: connections end, new ones are refused. Silent: packets are swallowed. */
async function part(
  proxies: readonly TcpProxy[],
  draw: Draw,
  [least, most]: readonly [number, number],
): Promise<void> {
  const isSilent = draw(0, 1) === 1;
  for (const proxy of proxies) {
    if (isSilent) proxy.silence();
    else proxy.cut();
  }
  await delay(draw(least, most));
  for (const proxy of proxies) proxy.heal();
}

export const DISASTERS: readonly Disaster[] = [
  {
    name: 'a node freezes past its leases, and goes on',
    ids: 'F36',
    happen: async (arena, draw) => {
      const { process } = await anyNode(arena, draw);
      process.freeze();
      await delay(draw(...PAST_LEASE));
      process.thaw();
    },
  },
  {
    name: "a node's event loop is blocked past its leases",
    ids: 'F36, F44',
    happen: async (arena, draw) => {
      const ms = draw(...PAST_LEASE);
      await blockLoop((await anyNode(arena, draw)).process, ms);
    },
  },
  {
    name: 'a node loses Redis',
    ids: 'F37',
    happen: async (arena, draw) => part([(await anyNode(arena, draw)).redis], draw, PAST_LEASE),
  },
  {
    name: 'a node loses MySQL',
    ids: 'F37, F40, F41',
    happen: async (arena, draw) => part([(await anyNode(arena, draw)).mysql], draw, PAST_LEASE),
  },
  {
    name: 'a node loses Redis and MySQL, and reaches the exchange',
    ids: 'F37',
    happen: async (arena, draw) => {
      const { redis, mysql } = await anyNode(arena, draw);
      await part([redis, mysql], draw, PAST_LEASE);
    },
  },
  {
    name: 'all nodes lose MySQL',
    ids: 'F40',
    happen: async (arena, draw) =>
      part(
        arena.nodes.map(({ mysql }) => mysql),
        draw,
        [2_000, 8_000],
      ),
  },
  {
    name: 'Redis is emptied',
    ids: 'F39',
    happen: async (arena) => {
      await arena.redis.flush();
    },
  },
  {
    name: 'Redis restarts and has forgotten everything',
    ids: 'F38, F39',
    happen: async (arena, draw) => {
      await arena.redis.stop();
      await delay(draw(200, 7_000));
      await arena.redis.restart();
    },
  },
  {
    name: 'the storages of a node are slow',
    ids: 'F40',
    happen: async (arena, draw) => {
      const { redis, mysql } = await anyNode(arena, draw);
      redis.delayMs = draw(20, 300);
      mysql.delayMs = draw(20, 300);
      await delay(draw(4_000, 8_000));
      redis.heal();
      mysql.heal();
    },
  },
  {
    name: 'a rolling deploy',
    ids: 'F45',
    happen: async (arena) => {
      for (const old of [...arena.nodes]) {
        await arena.startNode();
        await old.process.stop();
      }
    },
  },
];
