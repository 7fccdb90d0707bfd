import { placements, type Fault } from './fault.js';

/** What hits everybody at one address: F8, F9 to F11, F18, F25, F27 to F29, F43. */
export const ADDRESS_FAULTS: readonly Fault[] = [
  {
    id: 'F8',
    title: '429 with Retry-After',
    hits: 'address',
    lastsMs: 3_000,
    rules: (_run, draw) => [
      { match: { path: '/api/*', nth: 1 }, do: { type: 'ban', status: 429, seconds: draw(3, 7) } },
    ],
  },
  {
    id: 'F9',
    title: 'the address is banned',
    hits: 'address',
    lastsMs: 3_000,
    rules: (_run, draw) => [
      { match: { path: '/api/*', nth: 1 }, do: { type: 'ban', status: 418, seconds: draw(6, 12) } },
    ],
  },
  {
    id: 'F11',
    title: 'the clock of the exchange is off',
    hits: 'address',
    lastsMs: 4_000,
    rules: (_run, draw) => [
      {
        match: { path: '/api/v3/*' },
        do: { type: 'clock-offset', ms: (draw(0, 1) === 0 ? 1 : -1) * draw(3_000, 9_000) },
      },
    ],
  },
  {
    id: 'F18',
    title: 'everything is slow',
    hits: 'address',
    mixes: true,
    lastsMs: 6_000,
    rules: (_run, draw) => [
      { match: { path: '/*' }, do: { type: 'delay', ms: { min: 300, max: draw(500, 1_500) } } },
    ],
  },
  {
    id: 'F25',
    title: 'streams are gone for a while',
    hits: 'address',
    mixes: true,
    lastsMs: 4_000,
    rules: (_run, draw) => [{ do: { type: 'close-streams', refuseMs: draw(600, 4_000) } }],
  },
  {
    id: 'F27',
    title: 'the subscription is terminated and the server shuts down',
    hits: 'address',
    mixes: true,
    lastsMs: 3_000,
    rules: (_run, draw) => [
      { do: { type: 'terminate-streams' } },
      { do: { type: 'shutdown-streams', closeAfterMs: draw(100, 2_000) } },
    ],
  },
  {
    id: 'F28',
    title: 'all streams are closed at once',
    hits: 'address',
    mixes: true,
    lastsMs: 1_000,
    rules: () => [{ do: { type: 'close-streams', clean: true } }],
  },
  {
    id: 'F29',
    title: 'nobody can connect',
    hits: 'address',
    lastsMs: 8_000,
    rules: () => [{ do: { type: 'close-streams', refuseMs: 900_000 } }],
  },
  {
    id: 'F43',
    title: 'the exchange cannot be reached',
    hits: 'address',
    lastsMs: 5_000,
    rules: () => [
      { match: { path: '/*' }, do: { type: 'drop-request', end: 'reset' } },
      { do: { type: 'close-streams', refuseMs: 600_000 } },
    ],
  },
  // The last one: a firewall's refusal closes the gate of the address for a minute.
  {
    id: 'F10',
    title: 'the firewall answers placements with a page',
    hits: 'address',
    stopsTrading: true,
    rules: (run) => [
      {
        match: placements(run),
        do: { type: 'answer', status: 403, body: '<html><body>403 Forbidden</body></html>' },
      },
    ],
  },
];
