import type { Locale } from '../stores/preferences.js';

/** Words for one parameter in another language; the English ones come from the kind's schema. */
export interface ParamText {
  title: string;
  description: string;
  options?: Readonly<Record<string, string>>;
}

export interface KindText {
  title: string;
  params: Readonly<Record<string, ParamText>>;
}

const zhCnKinds: Readonly<Record<string, KindText>> = {
  'range-grid': {
    title: '区间网格',
    params: {
      lower: { title: '最低价', description: '网格的最低价位，以计价币计。' },
      upper: { title: '最高价', description: '网格的最高价位，以计价币计。' },
      levels: {
        title: '价位数',
        description: '价位线的数量，含上下两端。N 条线构成 N − 1 格，每格一笔订单。',
      },
      spacing: {
        title: '间距',
        description: '等差：价格步长相等。等比：百分比相等。',
        options: { arithmetic: '等差', geometric: '等比' },
      },
      quantityMode: {
        title: '数量方式',
        description: '每格的交易币数量、每格的计价币金额，或分摊到全部格子的计价币总投资。',
        options: { base: '每格交易币', quote: '每格计价币', total: '总投资' },
      },
      quantity: { title: '数量', description: '每格数量或总额，按“数量方式”。' },
      profitMode: {
        title: '利润保留为',
        description:
          '计价币：利润留作计价币。复利：利润用于多买。交易币：只卖出收回成本的部分，其余留作交易币。',
        options: { quote: '计价币', compound: '复利', base: '交易币' },
      },
      initialInventory: {
        title: '初始库存',
        description: '现价以上各格所需的交易币：市价买入、取自可用余额，或先留空直到价格到达。',
        options: { buy: '市价买入', have: '已有余额', none: '不需要' },
      },
      postOnly: { title: '只挂单', description: '订单从不吃单：会立即成交的价位先等待，并显示原因。' },
    },
  },
};

/** Translated words of a kind, when there are any for the language. */
export function kindText(locale: Locale, kind: string): KindText | null {
  return locale === 'zh-CN' ? (zhCnKinds[kind] ?? null) : null;
}
