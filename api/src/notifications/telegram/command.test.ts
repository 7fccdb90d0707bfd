import { describe, expect, it } from 'vitest';
import { parseCommand } from './command.js';

describe('a message', () => {
  it.each([
    ['/status', { name: 'status', argument: '' }],
    ['/STATUS@GridBot', { name: 'status', argument: '' }],
    ['  /start   12 ', { name: 'start', argument: '12' }],
    ['/halt 1234', { name: 'halt', argument: '1234' }],
    ['/unknown x', { name: 'help', argument: 'x' }],
    ['hello', null],
    ['', null],
    ['/', null],
    ['see /halt', null],
  ])('%j is %j', (text, command) => {
    expect(parseCommand(text)).toEqual(command);
  });
});
