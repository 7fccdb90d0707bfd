import { defineStore } from 'pinia';
import { ref, watch, type Ref } from 'vue';
import type { TimeZoneChoice } from '../format/time.js';

export const LOCALES = ['en', 'zh-CN'] as const;
export type Locale = (typeof LOCALES)[number];
export type Theme = 'light' | 'dark';

function read(key: string): string | null {
  try {
    return localStorage.getItem(`gridfleet.${key}`);
  } catch {
    // Storage can be blocked by the browser: choices then last for the visit.
    return null;
  }
}

function write(key: string, value: string): void {
  try {
    localStorage.setItem(`gridfleet.${key}`, value);
  } catch {
    // As above: not remembered is the only consequence.
  }
}

function remembered<T extends string>(key: string, allowed: readonly T[], fallback: T): Ref<T> {
  const stored = read(key);
  const choice = ref(allowed.find((value) => value === stored) ?? fallback) as Ref<T>;
  watch(choice, (value) => write(key, value));
  return choice;
}

/** Language, theme and time zone of this browser, remembered. */
export const usePreferences = defineStore('preferences', () => {
  const preferred: Locale = navigator.language.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
  const prefersDark = matchMedia('(prefers-color-scheme: dark)').matches;
  return {
    locale: remembered('locale', LOCALES, preferred),
    theme: remembered('theme', ['light', 'dark'] as const, prefersDark ? 'dark' : 'light'),
    timeZone: remembered<TimeZoneChoice>('time-zone', ['local', 'utc'], 'local'),
  };
});
