import type { GlyphName } from './glyphs.js';

export interface NavItem {
  to: string;
  /** Message key below `shell.nav`. */
  key: string;
  icon: GlyphName;
  /** Owners alone see it. */
  ownerOnly?: boolean;
}

export interface NavGroup {
  /** Message key below `shell.nav.group`. */
  key: 'watch' | 'trade' | 'platform';
  items: readonly NavItem[];
}

/** Every page of the navigation, in the order of a working day: look, act, look after the platform. */
export const NAV: readonly NavGroup[] = [
  {
    key: 'watch',
    items: [
      { to: '/', key: 'overview', icon: 'home' },
      { to: '/monitor', key: 'monitor', icon: 'pulse' },
    ],
  },
  {
    key: 'trade',
    items: [
      { to: '/strategies', key: 'strategies', icon: 'grid' },
      { to: '/templates', key: 'templates', icon: 'copy' },
      { to: '/positions', key: 'positions', icon: 'layers' },
      { to: '/trades', key: 'trades', icon: 'swap' },
      { to: '/orders', key: 'orders', icon: 'list' },
      { to: '/backtests', key: 'backtests', icon: 'flask' },
    ],
  },
  {
    key: 'platform',
    items: [
      { to: '/accounts', key: 'accounts', icon: 'key' },
      { to: '/workers', key: 'workers', icon: 'server' },
      { to: '/reconciliation', key: 'reconciliation', icon: 'check' },
      { to: '/system', key: 'health', icon: 'heart' },
      { to: '/audit', key: 'audit', icon: 'book', ownerOnly: true },
      { to: '/settings', key: 'settings', icon: 'gear' },
      { to: '/notifications', key: 'notifications', icon: 'bell' },
    ],
  },
];

/** The groups with what somebody may see. */
export function navFor(mayRunPlatform: boolean): readonly NavGroup[] {
  return NAV.map((group) => ({
    ...group,
    items: group.items.filter((item) => mayRunPlatform || item.ownerOnly !== true),
  }));
}

/** Whether a page belongs to a navigation item: the overview alone is matched exactly. */
export function isCurrentItem(item: NavItem, path: string): boolean {
  return item.to === '/' ? path === '/' : path === item.to || path.startsWith(`${item.to}/`);
}
