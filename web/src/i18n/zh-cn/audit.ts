import type { Messages } from '../en.js';

export const audit: Messages['audit'] = {
  title: '审计日志',
  subtitle: '每条命令由谁发出、改变了什么。这里的记录无法更改。',
  search: '操作人、动作或对象',
  empty: '还没有任何命令。',
  noMatch: '已加载的记录中没有匹配项，可加载更多继续查找。',
  actor: '操作人',
  action: '动作',
  target: '对象',
  result: '结果',
  done: '已执行',
  refused: '已拒绝',
  detailsOf: '{action}（{target}）的详情',
  changes: '变更内容',
  field: '字段',
  before: '变更前',
  after: '变更后',
};
