import { createI18n } from 'vue-i18n';
import type { Locale } from '../stores/preferences.js';
import { en, type Messages } from './en.js';

/** Languages that come when they are chosen; English is always at hand. */
const OTHERS = {
  'zh-CN': async () => (await import('./zh-cn.js')).zhCn,
} as const satisfies Partial<Record<Locale, () => Promise<Messages>>>;

interface MessageTarget {
  setLocaleMessage(locale: string, messages: Messages): void;
}

/** Fetches the texts of a language; nothing to do for English. Rejects when they cannot be fetched. */
export async function loadMessages(target: MessageTarget, locale: Locale): Promise<void> {
  if (locale !== 'en') target.setLocaleMessage(locale, await OTHERS[locale]());
}

/** The message catalogue of the UI; in English when the chosen language cannot be fetched. */
export async function makeI18n(locale: Locale) {
  const messages: Record<string, Messages> = { en };
  const i18n = createI18n({ legacy: false, locale, fallbackLocale: 'en', messages });
  await loadMessages(i18n.global, locale).catch((cause: unknown) => {
    reportError(cause);
  });
  return i18n;
}
