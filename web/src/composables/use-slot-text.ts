import { AUXILIARY_SLOT } from '@gridfleet/shared/domain';
import { useI18n } from 'vue-i18n';

/** A slot as people count it: the level's number, or the word for orders that belong to no level. */
export function useSlotText() {
  const { t } = useI18n();
  return (slot: number): string => (slot >= AUXILIARY_SLOT ? t('common.noLevel') : String(slot));
}
