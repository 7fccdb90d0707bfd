import { ORDER_PATH, placements, restart, type Fault } from './fault.js';
import type { GridRun } from './grid-run.js';

const cancels = (run: GridRun, more: Record<string, number> = {}) => ({
  method: 'DELETE',
  path: ORDER_PATH,
  account: run.apiKey,
  ...more,
});
const trades = (run: GridRun, more: Record<string, number> = {}) => ({
  stream: 'executionReport:TRADE',
  account: run.apiKey,
  ...more,
});

/** Fills and events of one account that come oddly: F20 to F24, F26, F30. */
export const EVENT_FAULTS: readonly Fault[] = [
  {
    id: 'F20',
    title: 'fills come twice',
    hits: 'account',
    rules: (run, draw) => [{ match: trades(run), do: { type: 'duplicate-event', times: draw(1, 3) } }],
  },
  {
    id: 'F21',
    title: 'fills come out of order',
    hits: 'account',
    rules: (run, draw) => [
      { match: trades(run, { every: 2 }), do: { type: 'reorder-event', after: draw(1, 4) } },
    ],
  },
  {
    id: 'F22',
    title: 'events come before the answers to placements',
    hits: 'account',
    rules: (run, draw) => [
      { match: placements(run), do: { type: 'delay', ms: draw(200, 1_500), when: 'after' } },
    ],
  },
  {
    id: 'F23',
    title: 'half of an order fills as its cancel arrives',
    hits: 'account',
    rules: (run, draw) => [
      { match: cancels(run, { nth: draw(1, 4) }), do: { type: 'fill-order', percent: draw(10, 90) } },
    ],
    meanwhile: restart,
  },
  {
    id: 'F24',
    title: 'fills are reported after the cancel',
    hits: 'account',
    rules: (run, draw) => [
      { match: cancels(run, { nth: draw(1, 4) }), do: { type: 'fill-order', percent: draw(10, 90) } },
      { match: trades(run), do: { type: 'delay-event', ms: draw(300, 1_500) } },
    ],
    meanwhile: restart,
  },
  {
    id: 'F26',
    title: 'the private stream is up and says nothing',
    hits: 'account',
    lastsMs: 5_000,
    rules: (run) => [
      { match: { stream: 'executionReport*', account: run.apiKey }, do: { type: 'drop-event' } },
      { match: { stream: 'outboundAccountPosition', account: run.apiKey }, do: { type: 'drop-event' } },
    ],
  },
  {
    id: 'F30',
    title: 'events that nobody knows',
    hits: 'account',
    rules: (run) => [
      {
        match: { stream: 'executionReport:*', account: run.apiKey, every: 2 },
        do: { type: 'garbage-event' },
      },
      {
        match: { stream: 'executionReport:NEW', account: run.apiKey },
        do: {
          type: 'garbage-event',
          text: '{"subscriptionId":0,"event":{"e":"executionReportV9","X":"MELTED"}}',
        },
      },
    ],
  },
];
