import { pino, type Logger } from 'pino';

export type { Logger } from 'pino';

/** Paths that never reach a log, wherever an object is logged whole. */
const REDACT = ['credentials', 'secret', 'apiKey', 'apiSecret', 'password', 'authorization', 'signature'];

/** Structured JSON logs on stderr: stdout belongs to the ready line. */
export function createLogger(name: string, level: string): Logger {
  return pino(
    {
      name,
      level,
      redact: { paths: REDACT.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]), censor: '[redacted]' },
    },
    pino.destination({ fd: 2, sync: true }),
  );
}
