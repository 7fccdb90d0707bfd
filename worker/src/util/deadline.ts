/** Something outside this process did not answer in time; whether it happened all the same is unknown. */
export class DeadlineError extends Error {
  constructor(what: string, ms: number) {
    super(`${what} took longer than ${ms} ms`);
    this.name = 'DeadlineError';
  }
}

/**
 * Rejects with DeadlineError when the work takes longer; the work itself goes on and its late failure is ignored. An
 * answer that arrived while this process was busy counts: sockets are read once more before the work is given up.
 */
export async function withDeadline<T>(work: Promise<T>, ms: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  let read: NodeJS.Immediate | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      read = setImmediate(() => reject(new DeadlineError(what, ms)));
    }, ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    clearImmediate(read);
    work.catch(() => undefined);
  }
}
