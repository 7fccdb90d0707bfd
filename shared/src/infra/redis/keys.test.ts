import { describe, expect, it } from 'vitest';
import { queues, redisKeys, runJobId } from './keys.js';

describe('Redis keys', () => {
  it('have the names other tools rely on', () => {
    expect(redisKeys.running(17)).toBe('strategy:running:17');
    expect(redisKeys.lock(17)).toBe('strategy:lock:17');
    expect(redisKeys.workers).toBe('workers:active');
    expect(redisKeys.workerInfo('node-a')).toBe('worker:info:node-a');
  });

  it('never meet: no key of one kind or strategy is another’s', () => {
    const names = Array.from({ length: 30 }, (_, id) => [
      redisKeys.running(id),
      redisKeys.lock(id),
      redisKeys.workerInfo(String(id)),
    ]).flat();
    const all = [...names, redisKeys.workers, redisKeys.events, redisKeys.control];
    expect(new Set(all).size).toBe(all.length);
  });

  it('queue names and job ids hold no colon, which BullMQ refuses', () => {
    for (const name of [...Object.values(queues), runJobId(12)]) expect(name).not.toContain(':');
    expect(runJobId(12)).toBe('run-12');
  });
});
