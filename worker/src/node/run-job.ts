import { Type } from 'typebox';
import { Value } from 'typebox/value';
import type { Job } from 'bullmq';

/** What the job of a run says. */
const RunJob = Type.Object({
  strategyId: Type.Integer(),
  runId: Type.Integer(),
  /** A node has held the run: orders of it may rest. */
  wasTraded: Type.Optional(Type.Boolean()),
});

export type RunJob = Type.Static<typeof RunJob>;

/** @throws Error when the job is not a run */
export function readRunJob(job: Job): RunJob {
  const data: unknown = job.data;
  if (!Value.Check(RunJob, data)) throw new Error(`job ${job.id ?? '?'} is not a run`);
  // A job that stalled is one whose node died.
  return job.stalledCounter > 0 ? { ...data, wasTraded: true } : data;
}

/** The data of a run that a node has held. */
export function tradedRun(job: Job): RunJob {
  return { ...readRunJob(job), wasTraded: true };
}
