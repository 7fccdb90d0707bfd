import type { Messages } from '../en.js';

export const shell: Messages['shell'] = {
  product: 'Gridfleet',
  openMenu: '打开菜单',
  skipToContent: '跳到正文',
  nav: { label: '主导航', strategies: '策略', accounts: '账户', trades: '成交', workers: '节点' },
  connection: {
    connecting: '连接中',
    live: '实时',
    delayed: '延迟 {seconds} 秒',
    offline: '离线',
    offlineFor: '离线 {seconds} 秒',
    hint: '数据由服务端推送。延迟：一段时间没有收到消息。离线：连接已断开，正在重连，所见数字为断开之前的数据。',
  },
  band: {
    live: '实盘',
    liveText: '涉及真实资金：实盘账户的订单会发往真实交易所。',
    testnet: '测试网',
    testnetText: '交易所自己的测试系统，没有真实资金。',
    sim: '模拟盘',
    simText: '回放历史行情，没有真实资金。',
  },
  preferences: {
    language: '语言',
    theme: '主题',
    light: '浅色',
    dark: '深色',
    timeZone: '时区',
    local: '本地',
    utc: 'UTC',
    toDark: '切换到深色主题',
    toLight: '切换到浅色主题',
    toLocal: '当前为 UTC 时间，切换到本地时间',
    toUtc: '当前为本地时间，切换到 UTC',
  },
  notFound: { title: '页面不存在', text: '这个地址没有内容。', back: '返回策略列表' },
};
