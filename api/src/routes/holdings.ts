import {
  AccountPosition,
  AccountPositionsQuery,
  ForeignTrade,
  ForeignTradesQuery,
  FundingPage,
  FundingQuery,
  listOf,
  pageOf,
} from '@gridfleet/shared/schema';
import { userOf } from '../http/identity.js';
import { errorResponses } from '../http/openapi.js';
import type { ApiInstance } from '../http/types.js';
import type { Services } from '../services.js';

const tags = ['trades'];
const errors = errorResponses('VALIDATION_FAILED', 'NOT_FOUND');

/** What accounts hold, and what happens to their contracts beside our own trades. */
export function holdingRoutes(app: ApiInstance, { accountPositions, contractReports }: Services): void {
  app.get(
    '/api/account-positions',
    {
      schema: {
        tags,
        summary:
          'Positions by account, market and side: amount, entry, mark, liquidation price, margin, who holds it',
        description:
          'Of contracts the exchange is asked at each look of a strategy there; `unexplained` is what no fill of ours ' +
          'accounts for. On spot a position is what strategies and orders by hand have bought and not sold.',
        querystring: AccountPositionsQuery,
        response: { 200: listOf(AccountPosition), ...errors },
      },
    },
    async (request) => ({ items: await accountPositions.list(userOf(request).id, request.query) }),
  );

  app.get(
    '/api/funding',
    {
      schema: {
        tags,
        summary: 'Funding booked on contracts, newest first, with totals',
        querystring: FundingQuery,
        response: { 200: FundingPage, ...errors },
      },
    },
    async (request) => contractReports.funding(userOf(request).id, request.query),
  );

  app.get(
    '/api/foreign-trades',
    {
      schema: {
        tags,
        summary: 'Trades of contracts that no order of ours made: by hand, liquidations; newest first',
        querystring: ForeignTradesQuery,
        response: { 200: pageOf(ForeignTrade), ...errorResponses('VALIDATION_FAILED') },
      },
    },
    async (request) => contractReports.foreignTrades(userOf(request).id, request.query),
  );
}
