import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { useColumnChoice } from './use-column-choice.js';

const columns = [
  { key: 'name', title: 'Name', fixed: true },
  { key: 'price', title: 'Price' },
  { key: 'node', title: 'Node' },
];
const visibleKeys = (hiddenAtFirst: string[] = []): string[] =>
  useColumnChoice('test', () => columns, hiddenAtFirst).visible.value.map((column) => column.key);

beforeEach(() => {
  const stored = new Map<string, string>();
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => stored.set(key, value),
  });
});
afterEach(() => vi.unstubAllGlobals());

describe('the choice of columns', () => {
  it('shows all but those hidden at first, until something is chosen', () => {
    expect(visibleKeys()).toEqual(['name', 'price', 'node']);
    expect(visibleKeys(['node'])).toEqual(['name', 'price']);
  });

  it('is remembered, and then wins over what was hidden at first', () => {
    const choice = useColumnChoice('test', () => columns, ['node']);
    choice.show('node', true);
    choice.show('price', false);
    expect(visibleKeys(['node'])).toEqual(['name', 'node']);
  });

  it('never hides a fixed column', () => {
    useColumnChoice('test', () => columns).show('name', false);
    expect(visibleKeys()).toContain('name');
  });

  it('lasts for the visit where the browser stores nothing', () => {
    vi.stubGlobal('localStorage', undefined);
    const choice = useColumnChoice('test', () => columns);
    choice.show('price', false);
    expect(choice.isShown('price')).toBe(false);
  });
});
