import { shallowRef } from 'vue';
import type { Confirmed } from '../api/risk.js';

export interface ConfirmChoice {
  value: string;
  label: string;
  /** What happens with this choice. */
  effect: string;
}

export interface ConfirmRequest {
  title: string;
  /** What will happen, naming the object; choices have their own effect. */
  effect?: string;
  okLabel: string;
  danger: boolean;
  choices?: readonly ConfirmChoice[];
  /** Has to be typed first; whoever has a trading password gives that instead. */
  phrase?: string;
  /**
   * Runs with the chosen option (empty without choices) and what was typed (empty without a phrase) while the dialog shows
   * progress, or the error thrown.
   */
  run: (choice: string, proof: Confirmed) => Promise<void>;
}

const current = shallowRef<ConfirmRequest | null>(null);

/** The one confirmation of the UI: `ask` opens it, the shell's dialog shows `current`. */
export function useConfirm() {
  return {
    current,
    ask: (request: ConfirmRequest): void => {
      current.value = request;
    },
    close: (): void => {
      current.value = null;
    },
  };
}
