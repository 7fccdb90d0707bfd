const CLOCK = 'the domain has no clock: time comes in as a value';
const OUTSIDE = 'the domain does no input or output';
const CHANCE = 'the domain has no randomness: it comes in as a value';
const FLOAT = 'money is never a binary float: read it with dec()';

/** What the domain must not touch, so that the same machine runs live, in paper and in a backtest. */
export const purityRules = {
  'no-restricted-globals': [
    'error',
    ...['Date', 'performance', 'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'Temporal'].map(
      (name) => ({ name, message: CLOCK }),
    ),
    ...['process', 'console', 'fetch', 'globalThis', 'WebSocket', 'localStorage', 'Buffer'].map((name) => ({
      name,
      message: OUTSIDE,
    })),
    { name: 'crypto', message: CHANCE },
    { name: 'parseFloat', message: FLOAT },
  ],
  'no-restricted-properties': [
    'error',
    { object: 'Math', property: 'random', message: CHANCE },
    { object: 'Number', property: 'parseFloat', message: FLOAT },
  ],
};
