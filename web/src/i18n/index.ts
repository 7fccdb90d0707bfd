import { createI18n } from 'vue-i18n';
import type { Locale } from '../stores/preferences.js';
import { en } from './en.js';
import { zhCn } from './zh-cn.js';

/** The message catalogue of the UI. */
export function makeI18n(locale: Locale) {
  return createI18n({
    legacy: false,
    locale,
    fallbackLocale: 'en',
    messages: { en, 'zh-CN': zhCn },
  });
}
