import { queues } from './keys.js';

const OPTIONS = { removeOnComplete: true, removeOnFail: true } as const;

/** The flow of a backtest: its shards in any order, then the job that puts their results together. */
export function backtestJob(backtestId: number, shards: readonly number[]) {
  return {
    name: 'collect',
    queueName: queues.backtests,
    data: { backtestId },
    opts: { ...OPTIONS, jobId: `backtest-${backtestId}` },
    children: shards.map((shard) => ({
      name: 'shard',
      queueName: queues.backtestShards,
      data: { backtestId, shard },
      // A shard that fails has said so in the database; what follows it sees that there.
      opts: { ...OPTIONS, jobId: `backtest-${backtestId}-${shard}`, ignoreDependencyOnFailure: true },
    })),
  };
}
