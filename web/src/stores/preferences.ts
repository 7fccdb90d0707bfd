import { defineStore } from 'pinia';
import { ref, watch, type Ref } from 'vue';
import type { TimeZoneChoice } from '../format/time.js';
import { readText, writeText } from './browser-storage.js';

export const LOCALES = ['en', 'zh-CN'] as const;
export type Locale = (typeof LOCALES)[number];
export type Theme = 'light' | 'dark';

function remembered<T extends string>(key: string, allowed: readonly T[], fallback: T): Ref<T> {
  const stored = readText(key);
  const choice = ref(allowed.find((value) => value === stored) ?? fallback) as Ref<T>;
  watch(choice, (value) => writeText(key, value));
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
    /** Whether the navigation beside the page shows its icons alone. */
    nav: remembered('nav', ['wide', 'narrow'] as const, 'wide'),
  };
});
