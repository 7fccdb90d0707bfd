import fs from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createLogger, setLogLevel } from './logger.js';

/** What a logger writes, line by line, without writing it. */
function written(log: (logger: ReturnType<typeof createLogger>) => void, level = 'info'): string[] {
  const lines: string[] = [];
  vi.spyOn(fs, 'writeSync').mockImplementation((fd: number, data: unknown) => {
    expect(fd).toBe(2);
    lines.push(String(data));
    return Buffer.byteLength(String(data));
  });
  log(createLogger('test', level));
  return lines;
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('logger', () => {
  it('writes one JSON line per message to stderr, from its level on', () => {
    const lines = written((logger) => {
      logger.info({ strategyId: 7 }, 'started');
      logger.debug('not of interest');
    });
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ name: 'test', strategyId: 7, msg: 'started' });
  });

  it('changes its level while it runs, for children that exist already, too', () => {
    const lines = written((logger) => {
      const child = logger.child({ runId: 3 });
      child.debug('before');
      setLogLevel(logger, 'debug');
      child.debug('between');
      setLogLevel(logger, 'error');
      child.warn('after');
    });
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([{ runId: 3, msg: 'between' }]);
  });

  it('hides secrets in texts and errors as well', () => {
    const [line = ''] = written((logger) => {
      logger.error(
        { err: new Error('POST /order?symbol=X&signature=abcdef0123 failed') },
        'a request failed',
      );
    });
    expect(line).toContain('symbol=X');
    expect(line).not.toContain('abcdef0123');
  });

  it.each(['credentials', 'secret', 'apiKey', 'apiSecret', 'password', 'authorization', 'signature'])(
    'never writes %s, at the top or up to two levels down',
    (field) => {
      const lines = written((logger) => {
        logger.info({ [field]: 'hunter2' }, 'a');
        logger.info({ account: { [field]: 'hunter2' } }, 'b');
        logger.info({ request: { headers: { [field]: 'hunter2' } } }, 'c');
      });
      expect(lines).toHaveLength(3);
      for (const line of lines) {
        expect(line).not.toContain('hunter2');
        expect(line).toContain('[redacted]');
      }
    },
  );
});
