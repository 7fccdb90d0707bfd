import { humanise, type FieldSpec } from '../form/schema-fields.js';
import { kindText } from '../i18n/kinds.js';
import { usePreferences } from '../stores/preferences.js';

/** Words of a kind's parameters in the chosen language; the schema's own where there is no translation. */
export function useFieldText(kind: () => string) {
  const preferences = usePreferences();
  const translated = (field: FieldSpec) => kindText(preferences.locale, kind())?.params[field.name];
  return {
    fieldText: (field: FieldSpec): { title: string; description: string } => ({
      title: translated(field)?.title ?? field.title,
      description: translated(field)?.description ?? field.description,
    }),
    optionText: (field: FieldSpec, option: string): string =>
      translated(field)?.options?.[option] ?? humanise(option),
    kindTitle: (title: string): string => kindText(preferences.locale, kind())?.title ?? title,
  };
}
