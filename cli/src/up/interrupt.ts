/** One press of Ctrl-C can arrive twice: from the terminal and, forwarded, from npm. */
const SAME_PRESS_MS = 1_000;

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** What a signal means after the first one: undefined when there was none. */
export function meaningOf(firstAtMs: number | undefined, nowMs: number): 'stop' | 'same press' | 'kill' {
  if (firstAtMs === undefined) return 'stop';
  return nowMs - firstAtMs < SAME_PRESS_MS ? 'same press' : 'kill';
}

/** A request to stop by the user or the system. */
export interface Interrupt {
  /** Resolves at the first signal; never rejects. */
  requested: Promise<void>;
  isRequested: () => boolean;
  dispose: () => void;
}

/** Listens for SIGINT, SIGTERM and SIGHUP; a second one, clearly apart from the first, calls `onKill`. */
export function listenForInterrupt(onKill: () => void): Interrupt {
  let firstAt: number | undefined;
  let resolve = (): void => {};
  const requested = new Promise<void>((done) => {
    resolve = done;
  });
  const onSignal = (): void => {
    const now = performance.now();
    const meaning = meaningOf(firstAt, now);
    firstAt ??= now;
    if (meaning === 'stop') resolve();
    else if (meaning === 'kill') onKill();
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return {
    requested,
    isRequested: () => firstAt !== undefined,
    dispose: () => {
      for (const signal of SIGNALS) process.off(signal, onSignal);
    },
  };
}
