import type { FastifyInstance } from 'fastify';

const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Exchange simulator</title>
<style>
  body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 50rem; padding: 0 1rem; }
  table { border-collapse: collapse; margin: 1rem 0; width: 100%; }
  th, td { border-bottom: 1px solid #ccc; padding: .3rem .6rem; text-align: left; font-variant-numeric: tabular-nums; }
</style>
<h1>Exchange simulator</h1>
<p id="summary">Loading…</p>
<table><thead><tr><th>Symbol</th><th>Bid</th><th>Ask</th><th>Last</th><th>Replay</th></tr></thead><tbody id="rows"></tbody></table>
<p>Control: <a href="/_sim/status">/_sim/status</a>, <a href="/_sim/ledger">/_sim/ledger</a></p>
<script>
  const show = async () => {
    try {
      const s = await (await fetch('/_sim/status')).json();
      const where = new Map(s.replay.sources.map((r) => [r.symbol, r]));
      document.getElementById('summary').textContent =
        s.venue + ', speed ' + s.replay.speed + (s.replay.paused ? ' (paused)' : '') + ' · accounts ' + s.counts.accounts +
        ' · open orders ' + s.counts.open + ' · fills ' + s.counts.fills + ' · connections ' + s.counts.connections;
      const rows = s.symbols.map((m) => {
        const r = where.get(m.symbol);
        const row = document.createElement('tr');
        const replay = r ? Math.round(r.positionMs / 1000) + ' of ' + Math.round(r.lengthMs / 1000) + ' s' + (r.ended ? ', ended' : '') : '';
        for (const text of [m.symbol, m.bid, m.ask, m.last, replay]) row.insertCell().textContent = text ?? '';
        return row;
      });
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
