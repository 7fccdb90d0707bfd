import { computed, reactive, ref, shallowRef, watch } from 'vue';
import { ApiError } from '../api/api-error.js';
import { createBacktest, getBacktest, listCandleFiles } from '../api/backtests.js';
import { getStrategy } from '../api/strategies.js';
import type { Backtest, CandleFile, StrategyKindInfo } from '../api/types.js';
import {
  draftOf,
  draftProblems,
  EMPTY_DRAFT,
  toBacktestRequest,
  type BacktestDraft,
} from '../form/backtest-request.js';
import { errorsByField } from '../form/field-errors.js';
import { fieldsOf, initialValues, problemsOf, toParams, type FormValues } from '../form/schema-fields.js';
import { useAccountsStore } from '../stores/accounts.js';
import { useStrategiesStore } from '../stores/strategies.js';

/** Where a new backtest starts from: an earlier one, a strategy, or nothing. */
export interface BacktestOrigin {
  from: number | null;
  strategy: number | null;
}

/** The state of the form for a backtest or a sweep. */
export function useBacktestForm(origin: BacktestOrigin) {
  const strategies = useStrategiesStore();
  const accounts = useAccountsStore();
  const kinds = shallowRef<StrategyKindInfo[] | null>(null);
  const files = shallowRef<CandleFile[]>([]);
  const loadError = shallowRef<ApiError | null>(null);
  const saveError = shallowRef<ApiError | null>(null);
  const saving = ref(false);
  const touched = reactive(new Set<string>());
  const draft = ref<BacktestDraft>({ ...EMPTY_DRAFT });
  const values = ref<FormValues>({});

  const fields = computed(() =>
    fieldsOf(kinds.value?.find((info) => info.kind === draft.value.kind)?.params),
  );
  const draftFaults = computed(() => draftProblems(draft.value));
  const problems = computed(() => problemsOf(fields.value, values.value));
  const serverErrors = computed(() => errorsByField(saveError.value?.details ?? []));
  const isValid = computed(
    () => draftFaults.value.size === 0 && [...problems.value.values()].every((problem) => problem === null),
  );

  function fill(params: Record<string, unknown> | null): void {
    values.value = initialValues(fields.value, params);
  }

  async function fromStrategy(id: number): Promise<void> {
    const strategy = await getStrategy(id);
    const leg = strategy.legs[0];
    draft.value = { ...draft.value, name: strategy.name, kind: strategy.kind, symbol: leg?.market ?? '' };
    if (leg) {
      await accounts.loadMarkets(leg.accountId);
      const rules = accounts.rulesOf(leg.accountId, leg.market);
      if (rules) {
        const { tickSize, stepSize, minNotional } = rules;
        draft.value = { ...draft.value, tickSize, stepSize, minNotional };
      }
    }
    fill(strategy.params);
  }

  async function fromBacktest(id: number): Promise<void> {
    const { request } = await getBacktest(id);
    draft.value = draftOf(request);
    fill((request.config['params'] as Record<string, unknown> | undefined) ?? null);
  }

  async function load(): Promise<void> {
    loadError.value = null;
    try {
      const [allKinds, { items }] = await Promise.all([strategies.loadKinds(), listCandleFiles()]);
      files.value = items;
      kinds.value = allKinds;
      draft.value.kind = allKinds[0]?.kind ?? '';
      draft.value.candleFileId = items[0]?.id ?? null;
      if (origin.from !== null) await fromBacktest(origin.from);
      else if (origin.strategy !== null) await fromStrategy(origin.strategy);
      else fill(null);
    } catch (cause) {
      loadError.value = ApiError.from(cause);
    }
  }

  /** @returns the new backtest, or null when the form or the server refused it */
  async function save(): Promise<Backtest | null> {
    for (const field of [...Object.keys(draft.value), ...fields.value.map(({ name }) => name)])
      touched.add(field);
    if (!isValid.value || saving.value) return null;
    saving.value = true;
    saveError.value = null;
    try {
      return await createBacktest(toBacktestRequest(draft.value, toParams(fields.value, values.value)));
    } catch (cause) {
      saveError.value = ApiError.from(cause);
      return null;
    } finally {
      saving.value = false;
    }
  }

  // A message of the server is about what was sent: it goes when the form changes.
  watch(
    [draft, values],
    () => {
      saveError.value = null;
    },
    { deep: true },
  );

  return {
    kinds,
    files,
    loadError,
    saveError,
    saving,
    touched,
    draft,
    values,
    fields,
    draftFaults,
    problems,
    serverErrors,
    fill,
    load,
    save,
  };
}
