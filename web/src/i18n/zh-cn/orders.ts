import type { Messages } from '../en.js';

export const orders: Messages['orders'] = {
  title: '订单',
  subtitle: '所有策略的每一笔订单，最新在前。',
  list: '订单',
  one: '订单',
  oneTitle: '订单 {id}',
  csvHelp: '按当前筛选条件导出全部订单（未完成和已完成）为 CSV 文件',
  state: { open: '未完成', closed: '已完成', all: '全部' },
  empty: {
    open: '没有符合筛选条件的未完成订单。',
    closed: '没有符合筛选条件的已完成订单。',
    all: '没有符合筛选条件的订单。',
  },
};
