import { nextTick, shallowRef, watch } from 'vue';
import type { ChartColors } from '../chart/chart-colors.js';
import { usePreferences } from '../stores/preferences.js';

function readColors(): ChartColors {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string): string => style.getPropertyValue(name).trim();
  return {
    text: read('--el-text-color-secondary'),
    axis: read('--gf-line'),
    split: read('--gf-line-soft'),
    buy: read('--gf-gain'),
    sell: read('--gf-loss'),
    price: read('--gf-price'),
    idle: read('--el-text-color-secondary'),
    band: 'rgba(91, 138, 245, 0.06)',
    surface: read('--gf-surface'),
  };
}

/** The theme's colours for a canvas, which knows no CSS variables. */
export function useChartColors() {
  const preferences = usePreferences();
  const colors = shallowRef(readColors());
  watch(
    () => preferences.theme,
    async () => {
      await nextTick();
      colors.value = readColors();
    },
  );
  return colors;
}
