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
      upper: { title: '最高价', description: '网格的最高价位，以计价币计。无限网格没有上限：留空。' },
      levels: {
        title: '价位数',
        description: '价位线的数量，含上下两端。N 条线构成 N − 1 格，每格一笔订单。无限网格留空。',
      },
      spacing: {
        title: '间距',
        description:
          '等差：价格步长相等。等比：百分比相等。无限：按百分比且没有上限，在任何价格都持有等值的交易币。',
        options: { arithmetic: '等差', geometric: '等比', infinity: '无限' },
      },
      stepPercent: { title: '步长 %', description: '无限网格：每个价位比下一个高出多少。' },
      'quantity.mode': {
        title: '数量方式',
        description:
          '每格的交易币数量、每格的计价币金额，或分摊到全部格子的计价币总投资。无限网格：启动时持有的交易币数量、其价值，或总投资。',
        options: { base: '每格交易币', quote: '每格计价币', total: '总投资' },
      },
      'quantity.value': { title: '数量', description: '每格数量或总额，按“数量方式”。' },
      profit: {
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
      initialOrder: {
        title: '初始订单',
        description: '初始库存如何成交：市价，或先在己方最优价挂限价单，一分钟后未成交部分按市价成交。',
        options: { market: '市价', limit: '限价' },
      },
      postOnly: { title: '只挂单', description: '订单从不吃单：会立即成交的价位先等待，并显示原因。' },
      direction: {
        title: '方向',
        description:
          '做多：低买高卖。做空和中性需要永续合约市场。反向：在现货上投入交易币，先卖出一部分作为买单资金，利润留作交易币。',
        options: { long: '做多', short: '做空', neutral: '中性', reverse: '反向' },
      },
      maxOrders: { title: '挂单上限', description: '只挂离现价最近的这么多笔订单。留空：全部挂出。' },
      trigger: { title: '触发价', description: '价格到达此处时网格启动，以计价币计。留空：立即启动。' },
      outOfRange: {
        title: '价格离开区间时',
        description: '继续持有并等待、停止并保留库存，或停止并平掉库存。',
        options: { hold: '持有', stop: '停止', sell: '停止并卖出' },
      },
      trailing: { title: '跟踪', description: '让区间跟随市场移动。' },
      'trailing.direction': {
        title: '跟随方向',
        description: '价格越出区间一整格后，网格移动一格。',
        options: { up: '向上', down: '向下', both: '双向' },
      },
      'trailing.lowest': { title: '不低于', description: '不在此价格之下挂单，以计价币计。' },
      'trailing.highest': { title: '不高于', description: '不在此价格之上挂单，以计价币计。' },
      exits: { title: '退出条件', description: '策略何时自行结束。' },
      'exits.stopLoss': {
        title: '止损价',
        description: '价格跌到此处（做空：涨到此处）时结束，以计价币计。',
      },
      'exits.takeProfit': {
        title: '止盈价',
        description: '价格涨到此处（做空：跌到此处）时结束，以计价币计。',
      },
      'exits.trailingStopPercent': {
        title: '移动止损，%',
        description: '价格从启动后的最佳价回落（做空：回升）这么多时结束。',
      },
      'exits.profitTarget': { title: '利润目标', description: '启动后的总利润达到此数时结束，以计价币计。' },
      'exits.profitTargetPercent': { title: '利润目标，%', description: '同上，以投入的百分比计。' },
      'exits.timeLimitHours': { title: '时间限制，小时', description: '开始交易后经过此时长即结束。' },
      'exits.stop': {
        title: '结束时',
        description: '保留挂单、撤单并保留库存、撤单并卖成计价币，或撤单并买成交易币。',
        options: { keep: '保留挂单', cancel: '撤单', sell: '撤单并卖出', buy: '撤单并买入' },
      },
      futures: { title: '合约', description: '永续合约市场需要填写。' },
      'futures.leverage': { title: '杠杆', description: '仓位价值与保证金之比；计划占用的资金按此减少。' },
      'futures.marginMode': {
        title: '保证金模式',
        description: '逐仓：只有本仓位承担风险。全仓：整个合约余额承担风险。',
        options: { cross: '全仓', isolated: '逐仓' },
      },
      'futures.positionMode': {
        title: '持仓模式',
        description: '与账户设置一致。单向模式下平仓单只减仓。',
        options: { 'one-way': '单向', hedge: '双向' },
      },
      'futures.stopAt': {
        title: '止损位置',
        description:
          '交易所（留空亦同）：止损单尽可能挂在交易所，未挂好前不会下增加仓位的订单。平台：只有平台运行时才有效。',
        options: { exchange: '交易所', platform: '平台' },
      },
      'futures.allowUnprotected': {
        title: '不设止损交易',
        description: '仅合约。在交易所强平之前，没有人在亏损时平仓：保证金可能全部损失。',
      },
    },
  },
  'ladder-grid': {
    title: '阶梯网格',
    params: {
      side: {
        title: '方向',
        description:
          '做多：在现价下方买入，涨后卖出。做空（仅永续）：在上方卖出，跌后买回。双向：对冲模式下两者同时进行。',
        options: { long: '做多', short: '做空', both: '双向' },
      },
      levels: { title: '档数', description: '每个方向的档位数，由开仓挂单和持仓共用。' },
      openDeviation: { title: '开仓间距 %', description: '第 i 档与现价的距离为 i 倍此百分比。' },
      closeDeviation: { title: '止盈 %', description: '每笔持仓在距开仓价这么远处平仓，该价格不再移动。' },
      'quantity.mode': {
        title: '数量方式',
        description: '每笔订单的交易币数量，或计价币金额。',
        options: { base: '交易币', quote: '计价币' },
      },
      'quantity.value': { title: '数量', description: '每笔开仓订单的数量。' },
      anchor: {
        title: '跟随市场',
        description: '单向：市场远离时跟随，靠近时不动。双向：两个方向都跟随。固定：始终以启动价计算。',
        options: { 'trail-up': '单向跟随', 'trail-both': '双向跟随', fixed: '固定' },
      },
      tolerance: { title: '容差 %', description: '开仓挂单偏离目标超过此百分比才移动。' },
      maxPositions: { title: '最多持仓', description: '每个方向的持仓与开仓挂单合计不超过此数。' },
      stopLoss: { title: '止损 %', description: '持仓亏损达到此百分比时按市价平仓。' },
      maxHoldingMinutes: { title: '最长持有（分钟）', description: '持有更久的仓位按市价平仓，无论盈亏。' },
      positionMode: {
        title: '持仓模式',
        description: '仅永续：账户所处的模式。双向交易需要对冲模式。',
        options: { 'one-way': '单向', hedge: '对冲' },
      },
      allowUnprotected: {
        title: '不设止损交易',
        description: '仅合约。在交易所强平之前，没有人在亏损时平仓：保证金可能全部损失。',
      },
      postOnly: { title: '只挂单', description: '开仓和止盈订单从不吃单：会立即成交的先等待。' },
    },
  },
  dca: {
    title: '定投',
    params: {
      'quantity.mode': {
        title: '数量方式',
        description: '每次买入的交易币数量，或计价币金额。',
        options: { base: '交易币', quote: '计价币' },
      },
      'quantity.value': { title: '数量', description: '每次买入的数量。' },
      buys: { title: '最多买入次数', description: '一轮中的买入次数；止盈后开始新一轮。' },
      intervalMinutes: { title: '间隔（分钟）', description: '上次买入后经过此时长再买入。' },
      stepDeviation: { title: '跌幅 %', description: '价格比上次买入低这么多时再买入。' },
      takeProfit: { title: '止盈 %', description: '价格高于平均成本这么多时全部卖出。' },
      allowUnprotected: {
        title: '不设止损交易',
        description: '仅合约。在交易所强平之前，没有人在亏损时平仓：保证金可能全部损失。',
      },
    },
  },
};

/** Translated words of a kind, when there are any for the language. */
export function kindText(locale: Locale, kind: string): KindText | null {
  return locale === 'zh-CN' ? (zhCnKinds[kind] ?? null) : null;
}
