import { useI18n } from 'vue-i18n';
import { setTradingState, startHalt, type RiskScope, type TradingState } from '../api/risk.js';
import { useAccountsStore } from '../stores/accounts.js';
import { useTradingStore } from '../stores/trading.js';
import { useConfirm } from './use-confirm.js';
import { useToast } from './use-toast.js';

/** What the API wants typed before the whole platform is halted. */
export const HALT_PHRASE = 'HALT PLATFORM';

/** Whose trading is switched. */
export interface TradingScope {
  scope: RiskScope;
  /** Null for the platform. */
  id: number | null;
  /** As the confirmation names it. */
  name: string;
}

const HALTS = ['cancel', 'leave', 'flatten'] as const;

/** Halts, reduces and resumes trading of the platform or an account; each asks first and names the effect. */
export function useTradingSwitch(changed: () => unknown) {
  const { t } = useI18n();
  const confirm = useConfirm();
  const toast = useToast();
  const trading = useTradingStore();
  const accounts = useAccountsStore();

  async function refresh(): Promise<void> {
    await Promise.all([trading.load(), accounts.load()]);
    await changed();
  }

  function halt({ scope, id, name }: TradingScope): void {
    confirm.ask({
      title: t('settings.trading.haltTitle', { name }),
      okLabel: t('settings.trading.halt'),
      danger: true,
      choices: HALTS.map((value) => ({
        value,
        label: t(`settings.trading.orders.${value}`),
        effect: t(`settings.trading.effect.${value}`, { name }),
      })),
      ...(scope === 'platform' ? { phrase: HALT_PHRASE } : {}),
      run: async (choice, proof) => {
        const orders = HALTS.find((value) => value === choice) ?? 'leave';
        await startHalt({ scope, ...(id === null ? {} : { id }), orders, ...proof });
        await refresh();
      },
    });
  }

  function set({ scope, id, name }: TradingScope, state: Exclude<TradingState, 'HALTED'>): void {
    confirm.ask({
      title: t(`settings.trading.title.${state}`, { name }),
      effect: t(`settings.trading.effect.${state}`, { name }),
      okLabel: t(`settings.trading.${state === 'ACTIVE' ? 'resume' : 'reduce'}`),
      danger: state !== 'ACTIVE',
      run: async () => {
        await setTradingState(scope, id, { state });
        toast.done(t(`settings.trading.done.${state}`, { name }));
        await refresh();
      },
    });
  }
  return { halt, set };
}
