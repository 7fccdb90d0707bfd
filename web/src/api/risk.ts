import type { RiskLimits } from '@gridfleet/shared/domain';
import type {
  HaltDto,
  HaltRequest,
  RiskLimitsDto,
  RiskNotice,
  RiskScope,
  TradingState,
  TradingStateDto,
} from '@gridfleet/shared/schema';
import { command, get } from './client.js';
import type { List } from './types.js';

export type {
  HaltDto,
  HaltRequest,
  RiskLimits,
  RiskLimitsDto,
  RiskNotice,
  RiskScope,
  TradingState,
  TradingStateDto,
};

/** Proof that somebody means it: the phrase, or the trading password where one is set. */
export interface Confirmed {
  confirmation?: string;
  tradingPassword?: string;
}

const scopePath = (scope: RiskScope, id: number | null): string =>
  `/api/trading-state/${scope}${id === null ? '' : `/${id}`}`;
const limitsPath = (scope: RiskScope, id: number | null): string =>
  `/api/risk/limits?scope=${scope}${id === null ? '' : `&id=${id}`}`;

/** @param id of the account or strategy, null for the platform */
export const getTradingState = (scope: RiskScope, id: number | null, signal?: AbortSignal) =>
  get<TradingStateDto>(scopePath(scope, id), signal);

export const setTradingState = (
  scope: RiskScope,
  id: number | null,
  body: { state: TradingState; reason?: string } & Confirmed,
) => command<TradingStateDto>('PUT', scopePath(scope, id), body);

export const startHalt = (body: HaltRequest) => command<HaltDto>('POST', '/api/halt', body);

/** Newest first. */
export const listHalts = (signal?: AbortSignal) => get<List<HaltDto>>('/api/halt', signal);

export const getLimits = (scope: RiskScope, id: number | null, signal?: AbortSignal) =>
  get<RiskLimitsDto>(limitsPath(scope, id), signal);

/** Replaces all limits of the scope; null goes back to the defaults. */
export const setLimits = (scope: RiskScope, id: number | null, limits: RiskLimits | null) =>
  command<RiskLimitsDto>('PUT', limitsPath(scope, id), { limits });

/** Limits that were nearly used up or broken, newest first. */
export const listRiskNotices = (signal?: AbortSignal) => get<List<RiskNotice>>('/api/risk/events', signal);
