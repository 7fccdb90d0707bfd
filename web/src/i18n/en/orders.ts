export const orders = {
  title: 'Orders',
  subtitle: 'Every order of every strategy, newest first.',
  list: 'Orders',
  one: 'Order',
  oneTitle: 'Order {id}',
  csvHelp: 'Every order of these filters, open and closed, as a CSV file',
  state: { open: 'Open', closed: 'Closed', all: 'All' },
  empty: {
    open: 'No open orders match these filters.',
    closed: 'No closed orders match these filters.',
    all: 'No orders match these filters.',
  },
};
