import type { FastifyInstance } from 'fastify';

const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>Exchange simulator</title>
<style>
  body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 56rem; padding: 0 1rem; }
  table { border-collapse: collapse; margin: 1rem 0; width: 100%; }
  .scroll { overflow-x: auto; }
  th, td { white-space: nowrap; border-bottom: 1px solid #ccc; padding: .3rem .6rem; text-align: left; font-variant-numeric: tabular-nums; }
</style>
<h1>Exchange simulator</h1>
<p id="summary">Loading…</p>
<div class="scroll"><table><thead><tr><th>Venue</th><th>Symbol</th><th>Bid</th><th>Ask</th><th>Last</th><th>Data</th></tr></thead><tbody id="rows"></tbody></table></div>
<p>Control: <a href="/_sim/status">/_sim/status</a>, <a href="/_sim/ledger">/_sim/ledger</a>,
<a href="/_sim/futures">/_sim/futures</a>, <a href="/_sim/faults">/_sim/faults</a>, <a href="/_sim/invariants">/_sim/invariants</a></p>
<script>
  const key = (venue, symbol) => venue + ' ' + symbol;
  const seconds = (ms) => Math.round(ms / 1000) + ' s';
  const dataText = (source) => {
    if (!source) return 'none';
    if (source.lengthMs === 0) return 'by hand';
    const of = source.lengthMs === null ? '' : ' of ' + seconds(source.lengthMs);
    return seconds(source.positionMs) + of + (source.ended ? ', ended' : '');
  };
  const show = async () => {
    try {
      const [s, { violations }] = await Promise.all(
        ['/_sim/status', '/_sim/invariants'].map(async (path) => (await fetch(path)).json()));
      const sources = new Map(s.replay.sources.map((r) => [key(r.venue, r.symbol), r]));
      const total = (name) => s.venues.reduce((sum, { counts }) => sum + counts[name], 0);
      document.getElementById('summary').textContent =
        'speed ' + s.replay.speed + (s.replay.paused ? ' (paused)' : '') + ' · accounts ' + total('accounts') +
        ' · open spot orders ' + total('open') + ' · spot fills ' + total('fills') +
        ' · connections ' + s.counts.connections + ' · violations ' + violations.length;
      const rows = [...s.venues, ...s.futures].flatMap(({ venue, symbols }) => symbols.map((m) => {
        const row = document.createElement('tr');
        const data = dataText(sources.get(key(venue, m.symbol)));
        for (const text of [venue, m.symbol, m.bid, m.ask, m.last, data]) row.insertCell().textContent = text ?? '–';
        return row;
      }));
      document.getElementById('rows').replaceChildren(...rows);
    } catch {
      document.getElementById('summary').textContent = 'The simulator does not answer.';
    }
  };
  show();
  setInterval(show, 1000);
</script>
`;

/** A small page for people who open the simulator's address. */
export function statusPage(app: FastifyInstance): void {
  app.get('/', (_request, reply) => reply.type('text/html; charset=utf-8').send(PAGE));
}
