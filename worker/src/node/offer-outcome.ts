import { DelayedError, WaitingError, type Job } from 'bullmq';
import { runQueueOf } from '@gridfleet/shared/infra';
import type { Placement } from '@gridfleet/shared/schema';
import { tradedRun } from './run-job.js';
import type { RunQueues } from './run-queues.js';

/** What becomes of the job of a run that is not, or no longer, on this node. */
export type Outcome =
  | { job: 'done' }
  /** To any node at once. */
  | { job: 'back'; wasTraded: boolean }
  /** To any node, not before a while. */
  | { job: 'later'; inMs: number }
  | { job: 'elsewhere'; placement: Placement };

/**
 * Does with an offered job what is to become of it.
 * @throws DelayedError or WaitingError, by which BullMQ knows that the job is not done
 */
export async function finishOffer(
  job: Job,
  token: string | undefined,
  outcome: Outcome,
  queues: RunQueues,
): Promise<void> {
  switch (outcome.job) {
    case 'done':
      return;
    case 'back':
      if (outcome.wasTraded) await job.updateData(tradedRun(job));
      await job.moveToWait(token);
      throw new WaitingError();
    case 'later':
      await job.moveToDelayed(Date.now() + outcome.inMs * (0.5 + Math.random()), token);
      throw new DelayedError();
    case 'elsewhere': {
      const options = { jobId: job.id ?? '', removeOnComplete: true, removeOnFail: true };
      await queues.queue(runQueueOf(outcome.placement)).add(job.name, tradedRun(job), options);
    }
  }
}
