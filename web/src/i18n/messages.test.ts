import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RangeGridParams } from '@gridfleet/shared/domain';
import { ERROR_CODES } from '@gridfleet/shared/schema';
import { describe, expect, it } from 'vitest';
import { fieldsOf } from '../form/schema-fields.js';
import { en } from './en.js';
import { kindText } from './kinds.js';
import { zhCn } from './zh-cn.js';

function flatten(value: object, prefix = ''): Map<string, string> {
  const texts = new Map<string, string>();
  for (const [key, child] of Object.entries(value) as [string, unknown][]) {
    const path = prefix === '' ? key : `${prefix}.${key}`;
    if (typeof child === 'string') texts.set(path, child);
    else if (typeof child === 'object' && child !== null)
      for (const [inner, text] of flatten(child, path)) texts.set(inner, text);
  }
  return texts;
}

const english = flatten(en);
const chinese = flatten(zhCn);
const placeholders = (text: string): string[] =>
  [...new Set([...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? ''))].sort();

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return /\.(?:vue|ts)$/.test(entry.name) && !entry.name.endsWith('.test.ts') ? [path] : [];
  });
}

describe('messages', () => {
  it('have the same keys in every language', () => {
    expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort());
  });

  it('are never blank and take the same values in every language', () => {
    for (const [key, text] of english) {
      const translated = chinese.get(key) ?? '';
      expect(text.trim(), key).not.toBe('');
      expect(translated.trim(), key).not.toBe('');
      expect(placeholders(translated), key).toEqual(placeholders(text));
    }
  });

  it('exist for every key the sources name', () => {
    const root = join(import.meta.dirname, '..');
    const missing = sources(root).flatMap((path) => {
      const text = readFileSync(path, 'utf8');
      const keys = [...text.matchAll(/\bt\(\s*'([\w.-]+)'/g)].map((match) => match[1] ?? '');
      return keys.filter((key) => !english.has(key)).map((key) => `${path}: ${key}`);
    });
    expect(missing).toEqual([]);
  });

  it('say what to do for every error code of the API', () => {
    const missing = Object.keys(ERROR_CODES).filter((code) => !english.has(`errors.code.${code}`));
    expect(missing).toEqual([]);
  });

  it('translate every parameter and option of the range grid', () => {
    const text = kindText('zh-CN', 'range-grid');
    for (const field of fieldsOf(RangeGridParams)) {
      const words = text?.params[field.name];
      expect(words, field.name).toBeDefined();
      expect(Object.keys(words?.options ?? {}).sort(), field.name).toEqual([...field.options].sort());
    }
    expect(kindText('en', 'range-grid')).toBeNull();
  });
});
