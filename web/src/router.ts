import { createRouter, createWebHistory, type Router } from 'vue-router';

declare module 'vue-router' {
  interface RouteMeta {
    /** Message key of the document title. */
    title: string;
    /** Owners alone may see it. */
    ownerOnly?: boolean;
  }
}

const idPattern = '(\\d+)';

/** Pages by address, each loaded when it is first visited. */
export function makeRouter(translate: (key: string) => string): Router {
  const router = createRouter({
    history: createWebHistory('/'),
    scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
    routes: [
      {
        path: '/',
        name: 'overview',
        component: () => import('./pages/overview-page.vue'),
        meta: { title: 'overview.title' },
      },
      {
        path: '/monitor',
        name: 'monitor',
        component: () => import('./pages/monitor-page.vue'),
        meta: { title: 'monitor.title' },
      },
      {
        path: '/strategies',
        name: 'strategies',
        component: () => import('./pages/strategies-page.vue'),
        meta: { title: 'strategies.title' },
      },
      {
        path: '/strategies/new',
        name: 'strategy-new',
        component: () => import('./pages/strategy-form-page.vue'),
        meta: { title: 'form.newTitle' },
      },
      {
        path: `/strategies/:id${idPattern}`,
        name: 'strategy',
        component: () => import('./pages/strategy-page.vue'),
        props: (route) => ({ id: Number(route.params['id']) }),
        meta: { title: 'common.strategy' },
      },
      {
        path: `/strategies/:id${idPattern}/edit`,
        name: 'strategy-edit',
        component: () => import('./pages/strategy-form-page.vue'),
        props: (route) => ({ id: Number(route.params['id']) }),
        meta: { title: 'common.edit' },
      },
      {
        path: '/accounts',
        name: 'accounts',
        component: () => import('./pages/accounts-page.vue'),
        meta: { title: 'accounts.title' },
      },
      {
        path: '/trades',
        name: 'trades',
        component: () => import('./pages/trades-page.vue'),
        meta: { title: 'trades.title' },
      },
      {
        path: '/orders',
        name: 'orders',
        component: () => import('./pages/orders-page.vue'),
        meta: { title: 'orders.title' },
      },
      {
        path: '/backtests',
        name: 'backtests',
        component: () => import('./pages/backtests-page.vue'),
        meta: { title: 'backtests.title' },
      },
      {
        path: '/backtests/new',
        name: 'backtest-new',
        component: () => import('./pages/backtest-form-page.vue'),
        meta: { title: 'backtests.newTitle' },
      },
      {
        path: '/backtests/compare',
        name: 'backtest-compare',
        component: () => import('./pages/backtest-compare-page.vue'),
        meta: { title: 'backtests.compareTitle' },
      },
      {
        path: `/backtests/:id${idPattern}`,
        name: 'backtest',
        component: () => import('./pages/backtest-page.vue'),
        props: (route) => ({ id: Number(route.params['id']) }),
        meta: { title: 'backtests.one' },
      },
      {
        path: '/reconciliation',
        name: 'reconciliation',
        component: () => import('./pages/reconciliation-page.vue'),
        meta: { title: 'journal.title' },
      },
      {
        path: '/workers',
        name: 'workers',
        component: () => import('./pages/workers-page.vue'),
        meta: { title: 'workers.title' },
      },
      {
        path: '/positions',
        name: 'positions',
        component: () => import('./pages/positions-page.vue'),
        meta: { title: 'positions.title' },
      },
      {
        path: '/templates',
        name: 'templates',
        component: () => import('./pages/templates-page.vue'),
        meta: { title: 'templates.title' },
      },
      {
        path: '/system',
        name: 'health',
        component: () => import('./pages/health-page.vue'),
        meta: { title: 'health.title' },
      },
      {
        path: '/settings',
        name: 'settings',
        component: () => import('./pages/settings-page.vue'),
        meta: { title: 'settings.title' },
      },
      {
        path: '/audit',
        name: 'audit',
        component: () => import('./pages/audit-page.vue'),
        meta: { title: 'audit.title', ownerOnly: true },
      },
      {
        path: '/notifications',
        name: 'notifications',
        component: () => import('./pages/notifications-page.vue'),
        meta: { title: 'notifications.title' },
      },
      {
        path: '/:rest(.*)*',
        name: 'not-found',
        component: () => import('./pages/not-found-page.vue'),
        meta: { title: 'shell.notFound.title' },
      },
    ],
  });
  router.afterEach((to) => {
    document.title = `${translate(to.meta.title)} · ${translate('shell.product')}`;
  });
  return router;
}
