import { onMounted } from 'vue';
import { kindText } from '../i18n/kinds.js';
import { usePreferences } from '../stores/preferences.js';
import { useStrategiesStore } from '../stores/strategies.js';

/** Names of strategy kinds in the chosen language; the kind's id until they are known. */
export function useKindTitle(): (kind: string) => string {
  const strategies = useStrategiesStore();
  const preferences = usePreferences();
  // Titles are decoration here: a failure leaves the ids and is reported where kinds are needed.
  onMounted(() => strategies.loadKinds().catch(() => undefined));
  return (kind) =>
    kindText(preferences.locale, kind)?.title ??
    strategies.kinds?.find((info) => info.kind === kind)?.title ??
    kind;
}
