import type { Messages } from '../en.js';

export const templates: Messages['templates'] = {
  title: '模板',
  subtitle: '以名称保存的参数，用于新建策略。',
  empty: '还没有模板。可在策略页面把参数保存为模板。',
  name: '名称',
  description: '说明',
  params: '参数',
  updated: '修改时间',
  use: '使用',
  useNamed: '使用 {name} 新建策略',
  keep: '存为模板',
  keepTitle: '把参数保存为模板',
  keepHelp: '不包含账户和市场。以后修改策略不会改变模板。',
  kept: '模板 {name} 已保存',
  deleteTitle: '删除模板 {name}',
  deleteEffect: '移除模板“{name}”。用它新建的策略不受影响。',
  deleted: '{name} 已删除',
  begin: '从模板开始',
  beginHelp: '模板会填入参数，之后仍可逐项修改。',
  none: '不使用模板',
};
