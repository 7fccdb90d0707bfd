const WIDTH = 30;
const EVERY_MS = 100;

/** What a progress bar writes to, such as `process.stderr`. */
export interface BarStream {
  isTTY?: boolean;
  write(text: string): unknown;
}

/**
 * A bar that is redrawn in place, at most ten times a second, and gone when all is done. Draws nothing where nobody
 * watches: into files and pipes.
 * @param now the time in ms
 */
export function progressBar(
  stream: BarStream,
  total: number,
  now: () => number = Date.now,
): (done: number) => void {
  if (stream.isTTY !== true) return () => {};
  let drawn = -Infinity;
  return (done) => {
    const time = now();
    if (done >= total) {
      stream.write('\r\u001b[K');
      return;
    }
    if (time - drawn < EVERY_MS) return;
    drawn = time;
    const filled = Math.floor((WIDTH * done) / total);
    stream.write(`\r${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)} ${done}/${total} runs`);
  };
}
