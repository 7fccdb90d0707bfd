/** What the bot answers, by language. */
export interface Replies {
  help: string;
  notAllowed: string;
  tooOld: string;
  whichStrategy: (command: string) => string;
  none: string;
  failed: string;
  started: (name: string) => string;
  stopping: (name: string) => string;
  haltAsk: (accounts: number, code: string, seconds: number) => string;
  haltWrong: string;
  halted: (accounts: number) => string;
  running: (running: number, all: number) => string;
  profit: (realized: string, unrealized: string) => string;
}

const en: Replies = {
  help: [
    '/status – what runs and what it earns',
    '/strategies – all strategies with their numbers',
    '/positions – what is held',
    '/trades – the last ten trades',
    '/start NUMBER – start a strategy',
    '/stop NUMBER – stop a strategy; its orders are cancelled',
    '/halt – stop all trading on all accounts (asks again)',
    '/help – this list',
  ].join('\n'),
  notAllowed: 'Whoever set this channel up may not do this.',
  tooOld: 'This command was sent too long ago and is not carried out. Send it again.',
  whichStrategy: (command) => `Say which strategy: /${command} NUMBER. See /strategies.`,
  none: 'Nothing.',
  failed: 'That did not work. Try again; if it stays, look at the web page.',
  started: (name) => `${name} starts.`,
  stopping: (name) => `${name} stops; its orders are cancelled.`,
  haltAsk: (accounts, code, seconds) =>
    `This stops all trading on ${accounts} account(s): resting orders are cancelled, positions stay. ` +
    `To confirm send within ${seconds} s:\n/halt ${code}`,
  haltWrong: 'That is not the code, or it has expired. Begin again with /halt.',
  halted: (accounts) => `Halted: ${accounts} account(s). Orders are being cancelled. Resume on the web page.`,
  running: (running, all) => `${running} of ${all} strategies run.`,
  profit: (realized, unrealized) => `realised ${realized}, unrealised ${unrealized}`,
};

const zhCn: Replies = {
  help: [
    '/status – 正在运行的策略与收益',
    '/strategies – 所有策略及编号',
    '/positions – 当前持仓',
    '/trades – 最近十笔成交',
    '/start 编号 – 启动策略',
    '/stop 编号 – 停止策略并撤销其订单',
    '/halt – 停止所有账户的交易（需再次确认）',
    '/help – 本列表',
  ].join('\n'),
  notAllowed: '设置此渠道的用户无权执行此操作。',
  tooOld: '该命令发送时间过久，未执行。请重新发送。',
  whichStrategy: (command) => `请指定策略：/${command} 编号。参见 /strategies。`,
  none: '无。',
  failed: '操作失败。请重试；若仍失败，请查看网页。',
  started: (name) => `${name} 正在启动。`,
  stopping: (name) => `${name} 正在停止，其订单将被撤销。`,
  haltAsk: (accounts, code, seconds) =>
    `这将停止 ${accounts} 个账户的所有交易：挂单被撤销，持仓保留。请在 ${seconds} 秒内发送以确认：\n/halt ${code}`,
  haltWrong: '确认码错误或已过期。请重新发送 /halt。',
  halted: (accounts) => `已停止 ${accounts} 个账户的交易，正在撤销订单。请在网页上恢复。`,
  running: (running, all) => `${all} 个策略中有 ${running} 个在运行。`,
  profit: (realized, unrealized) => `已实现 ${realized}，未实现 ${unrealized}`,
};

export function repliesOf(language: string): Replies {
  return language === 'zh-CN' ? zhCn : en;
}
