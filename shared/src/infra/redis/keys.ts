/** Every Redis key of the platform. Redis holds what is happening now; all of it can be lost and is rebuilt. */
export const redisKeys = {
  running: (strategyId: number): string => `strategy:running:${strategyId}`,
  lock: (strategyId: number): string => `strategy:lock:${strategyId}`,
  workers: 'workers:active',
  workerInfo: (name: string): string => `worker:info:${name}`,
  /** Stream of platform events, capped. */
  events: 'events:platform',
  /** Pub/sub: "the desired state of this strategy changed", or "look whether this node is to be drained". */
  control: 'strategy:control',
  /** Addresses an exchange refuses a run's key from, with its words. */
  unfit: (runId: number): string => `run:unfit:${runId}`,
  /** Counters and gates of a venue's limits; `owner` is an egress address or an account. */
  budget: (venue: string, owner: string, what: string): string => `budget:${venue}:${owner}:${what}`,
  /** Who asks Telegram for commands. */
  telegramPoller: 'notify:telegram:poller',
  /** A message of a bot (by the hash of its token) that was taken. */
  telegramSeen: (bot: string, update: number): string => `notify:telegram:seen:${bot}:${update}`,
  /** Code that confirms a halt. */
  telegramHalt: (channelId: number, chatId: number): string => `notify:telegram:halt:${channelId}:${chatId}`,
} as const;

/** BullMQ queues. Runs are endless jobs; the supervisor has a queue of its own so that runs never starve it. */
export const queues = {
  runs: 'runs',
  supervisor: 'supervisor',
  /** Questions about a venue (markets, balances, credentials), answered by any node. */
  venueQueries: 'venue-queries',
  /** One job for each backtest, after all its shards. */
  backtests: 'backtests',
  backtestShards: 'backtest-shards',
} as const;

export function runJobId(runId: number): string {
  return `run-${runId}`;
}
