import { describe, expect, test } from 'vitest';
import { secondStartMessage } from './second-start.js';

const holder = { pid: 42, startTime: '1', url: 'http://127.0.0.1:8420' };

describe('what a second start says', () => {
  test('the address when the first one serves', () => {
    expect(secondStartMessage(holder, true)).toMatch(/running already: http:\/\/127\.0\.0\.1:8420 .*42/);
  });

  test('that it is starting when there is no address yet', () => {
    expect(secondStartMessage({ pid: 42, startTime: '1' }, false)).toMatch(/starting or stopping .*42/);
  });

  test('that it does not answer when it does not', () => {
    expect(secondStartMessage(holder, false)).toMatch(/does not answer/);
  });
});
