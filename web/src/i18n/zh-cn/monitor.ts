import type { Messages } from '../en.js';

export const monitor: Messages['monitor'] = {
  title: '监控',
  empty: '还没有策略。每个策略在这里有一张卡片。',
  running: '运行中',
  levelsHeld: '持仓格数',
  withAlerts: '有告警',
  next: '最近的挂单',
  noNext: '交易所没有挂单。',
  order: {
    label: '卡片排序',
    alerts: '告警优先',
    name: '名称',
    'profit-down': '盈亏从高到低',
    'profit-up': '盈亏从低到高',
    orders: '挂单最多',
  },
  alert: {
    failed: '运行失败。',
    waiting: '正在等待，没有交易。',
    error: '报告了错误。',
    stale: '已 {value} 秒没有更新。',
    'out-of-range': '价格{range}。',
    loss: '总亏损达到 {value} 或以上。',
    'sell-share': '挂单中卖单占 {value}%。',
  },
  limits: {
    title: '告警阈值',
    help: '错误、失败、等待和价格超出区间总会提示。这些阈值保存在本浏览器中。',
    staleSeconds: '超过多少秒没有更新',
    loss: '总亏损达到（计价货币）',
    sellSharePercent: '卖单占挂单比例达到（%）',
    off: '不启用',
    bad: '请输入范围内的数字，或留空。',
  },
};
