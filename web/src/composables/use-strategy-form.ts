import { computed, reactive, ref, shallowRef, watch } from 'vue';
import { ApiError } from '../api/api-error.js';
import { createStrategy, getStrategy, updateStrategy } from '../api/strategies.js';
import type { PreviewRequest, Strategy, StrategyKindInfo } from '../api/types.js';
import { errorsByField } from '../form/field-errors.js';
import { fieldsOf, initialValues, problemsOf, toParams, type FormValues } from '../form/schema-fields.js';
import { useStrategiesStore } from '../stores/strategies.js';

/** The state of the form for a new strategy (`id` null) or an existing one. */
export function useStrategyForm(id: number | null) {
  const strategies = useStrategiesStore();
  const loading = ref(true);
  const loadError = shallowRef<ApiError | null>(null);
  const kinds = shallowRef<StrategyKindInfo[]>([]);
  const existing = shallowRef<Strategy | null>(null);
  const name = ref('');
  const kind = ref('');
  const accountId = ref<number | null>(null);
  const market = ref<string | null>(null);
  const workerName = ref<string | null>(null);
  const labels = ref<string[]>([]);
  const values = ref<FormValues>({});
  const touched = reactive(new Set<string>());
  const saveError = shallowRef<ApiError | null>(null);
  const saving = ref(false);

  const fields = computed(() => fieldsOf(kinds.value.find((info) => info.kind === kind.value)?.params));
  const problems = computed(() => problemsOf(fields.value, values.value));
  const complete = computed(
    () =>
      fields.value.length > 0 &&
      accountId.value !== null &&
      market.value !== null &&
      [...problems.value.values()].every((problem) => problem === null),
  );
  const request = computed<PreviewRequest | null>(() => {
    if (!complete.value || accountId.value === null || market.value === null) return null;
    const legs = [{ accountId: accountId.value, market: market.value }];
    return { kind: kind.value, params: toParams(fields.value, values.value), legs };
  });
  const serverErrors = computed(() => errorsByField(saveError.value?.details ?? []));

  function fill(params: Record<string, unknown> | null): void {
    values.value = initialValues(fields.value, params);
    touched.clear();
  }

  async function load(): Promise<void> {
    loading.value = true;
    loadError.value = null;
    try {
      kinds.value = await strategies.loadKinds();
      if (id !== null) {
        const strategy = await getStrategy(id);
        existing.value = strategy;
        name.value = strategy.name;
        kind.value = strategy.kind;
        accountId.value = strategy.legs[0]?.accountId ?? null;
        market.value = strategy.legs[0]?.market ?? null;
        workerName.value = strategy.workerName;
        labels.value = [...strategy.labels];
      } else kind.value = kinds.value[0]?.kind ?? '';
      fill(existing.value?.params ?? null);
    } catch (cause) {
      loadError.value = ApiError.from(cause);
    } finally {
      loading.value = false;
    }
  }

  /** Fills the form with parameters from elsewhere; account, market and name stay. */
  function begin(from: { kind: string; params: Record<string, unknown> }): void {
    kind.value = from.kind;
    fill(from.params);
  }

  /** Sends the form. @returns the stored strategy, or null when it was not accepted (`saveError` says why). */
  async function save(): Promise<Strategy | null> {
    for (const field of fields.value) touched.add(field.name);
    for (const field of ['name', 'accountId', 'market']) touched.add(field);
    const body = request.value;
    if (!body || name.value.trim() === '' || saving.value) return null;
    saving.value = true;
    saveError.value = null;
    try {
      const { params, legs } = body;
      const placement = { workerName: workerName.value, labels: labels.value };
      const change = { name: name.value.trim(), params, legs, ...placement };
      const saved =
        id === null
          ? await createStrategy({ kind: kind.value, ...change })
          : await updateStrategy(id, change);
      strategies.put(saved);
      return saved;
    } catch (cause) {
      saveError.value = ApiError.from(cause);
      return null;
    } finally {
      saving.value = false;
    }
  }

  // A message of the server is about what was sent: it goes when the form changes.
  watch(
    [name, kind, accountId, market, workerName, labels, values],
    () => {
      saveError.value = null;
    },
    { deep: true },
  );

  return {
    loading,
    loadError,
    kinds,
    existing,
    name,
    kind,
    accountId,
    market,
    workerName,
    labels,
    values,
    touched,
    fields,
    problems,
    request,
    serverErrors,
    saveError,
    saving,
    fill,
    begin,
    load,
    save,
  };
}

export type StrategyForm = ReturnType<typeof useStrategyForm>;
