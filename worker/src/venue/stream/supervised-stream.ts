import { DeadlineError, withDeadline } from '../../util/deadline.js';
import { pause } from '../../util/pause.js';

/** All in ms. */
export interface StreamTimes {
  /** Longest wait until the venue has confirmed a new link. */
  dialMs: number;
  /** Pause between two looks at the clocks. */
  checkMs: number;
  /** Pause between two pings of ours. */
  pingMs: number;
  /** Transport clock: no frame of any kind for this long, pongs included, and the link is dead. */
  silentMs: number;
  /** Business clock: no event for this long and the link may be deaf, so it is replaced; Infinity for none. */
  eventlessMs: number;
  /** Age at which a link is replaced: exchanges cut connections after 24 h. Spread by half an hour each way. */
  rotateMs: number;
  rotateSpreadMs: number;
  /** How long a replaced link goes on listening beside its successor. */
  overlapMs: number;
  /** First and longest back-off; what is waited is a random part of it. */
  backoffMs: number;
  backoffMaxMs: number;
}

const HOUR_MS = 3_600_000;

export const STREAM_TIMES: StreamTimes = {
  dialMs: 10_000,
  checkMs: 1_000,
  pingMs: 10_000,
  silentMs: 30_000,
  eventlessMs: Infinity,
  rotateMs: 23 * HOUR_MS,
  rotateSpreadMs: HOUR_MS / 2,
  overlapMs: 2_000,
  backoffMs: 500,
  backoffMaxMs: 30_000,
};

/** Why a link is over. `planned`: it still works, so its successor is opened before it is closed. */
export interface LinkEnd {
  reason: string;
  planned: boolean;
}

/** One life of a stream: a connection, or several that carry it together. Never used again after its end. */
export interface StreamLink {
  /** Resolves when the venue has confirmed the subscription. */
  opened: Promise<void>;
  /** Resolves when the link ends by itself; never rejects. */
  ended: Promise<LinkEnd>;
  /** Last frame of any kind on its quietest connection, ms on the monotonic clock. */
  lastFrameAt(): number;
  /** Last event, ms on the monotonic clock. */
  lastEventAt(): number;
  ping(): void;
  close(): void;
}

export interface StreamEvents {
  /** A link delivers. Events may have been missed since the last one, unless it took over from a working one. */
  onOpen(missed: boolean): void;
  /** No link delivers any more. */
  onLost(reason: string): void;
}

/**
 * Keeps a stream alive by replacing its links: dead ones, deaf ones, old ones, and those the venue is about to end.
 * Nothing a link does or fails to do can stall it, because every wait has a deadline.
 */
export class SupervisedStream {
  readonly #open: () => StreamLink;
  readonly #events: StreamEvents;
  readonly #times: StreamTimes;
  readonly #random: () => number;
  #ask: ((end: LinkEnd) => void) | null = null;

  constructor(
    open: () => StreamLink,
    events: StreamEvents,
    times: Partial<StreamTimes> = {},
    random: () => number = Math.random,
  ) {
    this.#open = open;
    this.#events = events;
    this.#times = { ...STREAM_TIMES, ...times };
    this.#random = random;
  }

  /** Somebody has seen that the present link does not deliver: it is replaced. */
  replace(reason: string): void {
    this.#ask?.({ reason, planned: true });
  }

  /** Until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    let failures = 0;
    let former: StreamLink | null = null;
    while (!signal.aborted) {
      const link = this.#open();
      const problem = await this.#confirm(link, signal);
      if (problem !== null) {
        link.close();
        if (isAborted(signal)) break;
        if (former === null) this.#events.onLost(problem);
        failures += 1;
        await pause(this.#backoff(failures), signal);
        continue;
      }
      const openedAt = performance.now();
      this.#events.onOpen(former === null);
      if (former !== null) this.#retire(former);
      former = null;
      const end = await this.#watch(link, openedAt, signal);
      if (end === null) {
        link.close();
        break;
      }
      if (end.planned) {
        former = link;
        failures = 0;
        continue;
      }
      link.close();
      this.#events.onLost(end.reason);
      // A link that lived for a while does not count as another failure.
      failures = performance.now() - openedAt > this.#times.backoffMaxMs ? 0 : failures + 1;
      await pause(this.#backoff(failures), signal);
    }
    former?.close();
  }

  async #confirm(link: StreamLink, signal: AbortSignal): Promise<string | null> {
    const aborted = abortion(signal);
    try {
      const ended = link.ended.then(({ reason }) => Promise.reject(new Error(reason)));
      await withDeadline(
        Promise.race([link.opened, ended, aborted.promise]),
        this.#times.dialMs,
        'opening the stream',
      );
      return isAborted(signal) ? 'aborted' : null;
    } catch (error) {
      if (error instanceof DeadlineError) return 'the venue did not confirm the stream in time';
      return error instanceof Error ? error.message : String(error);
    } finally {
      link.opened.catch(() => undefined);
      aborted.release();
    }
  }

  /** Waits until the link must go. Null when the signal aborted. */
  async #watch(link: StreamLink, openedAt: number, signal: AbortSignal): Promise<LinkEnd | null> {
    const { checkMs, pingMs, silentMs, eventlessMs, rotateMs, rotateSpreadMs } = this.#times;
    const rotateAt = openedAt + rotateMs + (2 * this.#random() - 1) * rotateSpreadMs;
    const aborted = abortion(signal);
    let timer: NodeJS.Timeout | undefined;
    let pingedAt = openedAt;
    try {
      const due = new Promise<LinkEnd>((resolve) => {
        this.#ask = resolve;
        timer = setInterval(() => {
          const now = performance.now();
          if (now - link.lastFrameAt() > silentMs) {
            resolve({ reason: `no frame for ${silentMs} ms`, planned: false });
          } else if (now - Math.max(link.lastEventAt(), openedAt) > eventlessMs) {
            resolve({ reason: `no event for ${eventlessMs} ms`, planned: true });
          } else if (now > rotateAt) {
            resolve({ reason: 'it is a day old', planned: true });
          }
          if (now - pingedAt >= pingMs) {
            pingedAt = now;
            link.ping();
          }
        }, checkMs);
      });
      return await Promise.race([link.ended, due, aborted.promise.then(() => null)]);
    } finally {
      this.#ask = null;
      clearInterval(timer);
      aborted.release();
    }
  }

  #retire(link: StreamLink): void {
    setTimeout(() => link.close(), this.#times.overlapMs).unref();
  }

  #backoff(failures: number): number {
    return fullJitter(failures, this.#times, this.#random);
  }
}

/** Full jitter, ms: clients that were cut off together do not come back together. */
export function fullJitter(
  failures: number,
  { backoffMs, backoffMaxMs }: Pick<StreamTimes, 'backoffMs' | 'backoffMaxMs'>,
  random: () => number,
): number {
  return random() * Math.min(backoffMs * 2 ** Math.min(failures, 16), backoffMaxMs);
}

function abortion(signal: AbortSignal): { promise: Promise<void>; release: () => void } {
  let release = (): void => undefined;
  const promise = new Promise<void>((resolve) => {
    const done = (): void => resolve();
    if (signal.aborted) done();
    signal.addEventListener('abort', done, { once: true });
    release = () => signal.removeEventListener('abort', done);
  });
  return { promise, release };
}

/** Read anew after an await: the compiler takes the loop's first look for the last one. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}
