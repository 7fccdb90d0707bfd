/** One endpoint and how each unmodified client calls it; null where the client has no call for it. */
export interface EndpointCalls<Ccxt, Binance> {
  route: string;
  ccxt: Call<Ccxt> | null;
  binance: Call<Binance> | null;
}

/** What earlier calls of a client have left for later ones. */
export interface CallState {
  orderId: string;
  algoId: string;
}

export interface Call<Client> {
  name: string;
  run: (client: Client, state: CallState) => Promise<unknown>;
}

/** A call for the table; its result must be there, and what it says is the business of the suites of each client. */
export function call<Client>(name: string, run: Call<Client>['run']): Call<Client> {
  return { name, run };
}

/** The table of `docs/simulator.md`: call by client. */
export function matrix(rows: readonly EndpointCalls<never, never>[], routes: readonly string[]): string {
  const nameOf = (found: Call<never> | null | undefined): string => (found ? `\`${found.name}\`` : '–');
  const lines = routes.map((route) => {
    const row = rows.find((one) => one.route === route);
    return `| \`${route}\` | ${nameOf(row?.ccxt)} | ${nameOf(row?.binance)} |`;
  });
  return ['| endpoint | ccxt | binance |', '|---|---|---|', ...lines].join('\n');
}
