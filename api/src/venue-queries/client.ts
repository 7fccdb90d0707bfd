import { randomUUID } from 'node:crypto';
import { Queue, QueueEvents } from 'bullmq';
import { connectRedis, hasLiveWorker, queues, type Logger, type Redis } from '@gridfleet/shared/infra';
import {
  GridfleetError,
  VENUE_QUERY_TIMEOUT_MS,
  type VenueQueryAnswer,
  type VenueQueryName,
  type VenueQueryRequest,
} from '@gridfleet/shared/schema';
import { withDeadline } from '../http/deadline.js';

/** Asks an exchange something, through whichever node is free. */
export interface VenueQueryClient {
  /**
   * @returns the node's answer, a failure included.
   * @throws GridfleetError NO_NODE_AVAILABLE when no node is alive or none answered in time.
   */
  ask<N extends VenueQueryName>(name: N, request: VenueQueryRequest<N>): Promise<VenueQueryAnswer<N>>;
}

/** Putting a job on the queue takes a millisecond, or Redis is not well. */
const ADD_TIMEOUT_MS = 2_000;
/** Answers can be large (all markets of a venue) and are read at once: the queue's event log is kept short. */
const EVENT_LOG_LENGTH = 100;

interface Waiting {
  resolve: (answer: unknown) => void;
  reject: (error: Error) => void;
}

/** The client on the real queue: one connection to ask, one that listens for the answers of all jobs. */
export class QueuedVenueQueries implements VenueQueryClient {
  readonly #redis: Redis;
  readonly #connection: Redis;
  readonly #queue: Queue;
  readonly #events: QueueEvents;
  readonly #waiting = new Map<string, Waiting>();

  private constructor(redis: Redis, connection: Redis, queue: Queue, events: QueueEvents) {
    this.#redis = redis;
    this.#connection = connection;
    this.#queue = queue;
    this.#events = events;
    events.on('completed', ({ jobId, returnvalue }) => {
      this.#waiting.get(jobId)?.resolve(returnvalue);
    });
    events.on('failed', ({ jobId }) => {
      this.#waiting.get(jobId)?.reject(new GridfleetError('INTERNAL', 'A node failed to answer'));
    });
  }

  static async connect(redisUrl: string, redis: Redis, logger: Logger): Promise<QueuedVenueQueries> {
    const connection = connectRedis(redisUrl, { commandTimeoutMs: null });
    connection.on('error', (err: Error) => {
      logger.warn({ err }, 'venue queries: redis');
    });
    const queue = new Queue(queues.venueQueries, {
      connection,
      streams: { events: { maxLen: EVENT_LOG_LENGTH } },
    });
    // From a known position on, because "from now on" would begin only with the first read.
    const newest = await redis.xrevrange(`bull:${queues.venueQueries}:events`, '+', '-', 'COUNT', 1);
    const events = new QueueEvents(queues.venueQueries, { connection, lastEventId: newest[0]?.[0] ?? '0-0' });
    const report = (err: Error): void => {
      logger.warn({ err }, 'venue queries: queue');
    };
    queue.on('error', report);
    events.on('error', report);
    return new QueuedVenueQueries(redis, connection, queue, events);
  }

  async ask<N extends VenueQueryName>(name: N, request: VenueQueryRequest<N>): Promise<VenueQueryAnswer<N>> {
    if (!(await hasLiveWorker(this.#redis))) {
      throw new GridfleetError('NO_NODE_AVAILABLE', 'No worker node is alive to ask the exchange');
    }
    // An id of ours, so that an answer that overtakes the end of `add` finds somebody waiting.
    const jobId = `query-${randomUUID()}`;
    const answer = new Promise<unknown>((resolve, reject) => this.#waiting.set(jobId, { resolve, reject }));
    // Settled by the deadline below when nobody answers.
    answer.catch(() => undefined);
    const options = { jobId, attempts: 1, removeOnComplete: true, removeOnFail: true };
    try {
      await withDeadline(this.#queue.add(name, request, options), ADD_TIMEOUT_MS, 'queue.add');
      return (await withDeadline(answer, VENUE_QUERY_TIMEOUT_MS, name)) as VenueQueryAnswer<N>;
    } catch (error) {
      if (error instanceof GridfleetError) throw error;
      this.#forget(jobId);
      throw new GridfleetError('NO_NODE_AVAILABLE', 'No worker node answered in time', [], { cause: error });
    } finally {
      this.#waiting.delete(jobId);
    }
  }

  /** A question nobody waits for any more need not be asked; one already being worked on ends by itself. */
  #forget(jobId: string): void {
    this.#queue.remove(jobId).catch(() => undefined);
  }

  async close(): Promise<void> {
    for (const { reject } of this.#waiting.values()) {
      reject(new GridfleetError('DEPENDENCY_UNAVAILABLE', 'The API is shutting down'));
    }
    await Promise.allSettled([this.#events.close(), this.#queue.close()]);
    this.#connection.disconnect();
  }
}
