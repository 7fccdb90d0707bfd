import { pino, type Logger } from 'pino';
import { withoutSecrets } from './redaction.js';

export type { Logger } from 'pino';

/** Objects under these names never reach a log whole. Texts are found by `withoutSecrets`, at any depth. */
const REDACT = ['credentials', 'secret', 'apiKey', 'apiSecret', 'password', 'authorization', 'signature'];

interface Threshold {
  value: number;
}

const thresholds = new WeakMap<Logger, Threshold>();

function valueOf(level: string): number {
  return pino.levels.values[level] ?? Infinity;
}

/**
 * Structured JSON logs on stderr: stdout belongs to the ready line. The level holds for the logger and all its children,
 * those that exist already too, and can be changed while the process runs.
 */
export function createLogger(name: string, level: string): Logger {
  const threshold: Threshold = { value: valueOf(level) };
  const logger = pino(
    {
      name,
      // pino gives children the level of their making; what is written is decided at each line instead.
      level: 'trace',
      redact: { paths: REDACT.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]), censor: '[redacted]' },
      hooks: {
        logMethod(args, method, levelOfLine) {
          if (levelOfLine >= threshold.value) method.apply(this, args);
        },
        streamWrite: withoutSecrets,
      },
    },
    pino.destination({ fd: 2, sync: true }),
  );
  thresholds.set(logger, threshold);
  return logger;
}

/** From now on the logger and its children write lines of this level and above. */
export function setLogLevel(logger: Logger, level: string): void {
  const threshold = thresholds.get(logger);
  if (threshold !== undefined) threshold.value = valueOf(level);
}
