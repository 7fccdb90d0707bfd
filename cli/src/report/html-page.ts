import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

/** A chart as ECharts describes it; plain data, without functions. */
export interface PageChart {
  title: string;
  /** CSS pixels. */
  height: number;
  option: Record<string, unknown>;
}

export interface PageTable {
  title: string;
  heading: readonly string[];
  rows: readonly (readonly string[])[];
}

/** A report: what it is about, what to beware of, charts and tables. All text is plain text. */
export interface Page {
  title: string;
  subtitle: string;
  warnings: readonly string[];
  charts: readonly PageChart[];
  tables: readonly PageTable[];
}

/** Nothing may be loaded from anywhere: the page has all it needs. */
const POLICY =
  "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:";

const STYLE = `
body { font: 15px/1.5 system-ui, sans-serif; color: #1f2933; background: #fff; margin: 2rem auto; max-width: 1200px; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin: 0; }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
.subtitle { color: #52606d; margin: .25rem 0 1rem; }
.warning { border-left: 4px solid #d97706; background: #fffbeb; padding: .5rem 1rem; margin: .5rem 0; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: .25rem .75rem; border-bottom: 1px solid #e4e7eb; white-space: nowrap; }
th:first-child, td:first-child { text-align: left; }
`;

const DRAW = `
for (const element of document.querySelectorAll('[data-chart]')) {
  const chart = echarts.init(element);
  chart.setOption(JSON.parse(document.getElementById(element.dataset.chart).textContent));
  addEventListener('resize', () => chart.resize());
}
`;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}

/** JSON that cannot end the script element around it. */
function scriptJson(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}

function chartHtml({ title, height, option }: PageChart, index: number): string {
  const id = `chart-${index + 1}`;
  return `<h2>${escaped(title)}</h2>
<div data-chart="${id}" style="height:${height}px"></div>
<script type="application/json" id="${id}">${scriptJson({ animation: false, ...option })}</script>`;
}

function tableHtml({ title, heading, rows }: PageTable): string {
  const cells = (row: readonly string[], tag: string): string =>
    `<tr>${row.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join('')}</tr>`;
  return `<h2>${escaped(title)}</h2>
<div class="scroll"><table>
<thead>${cells(heading, 'th')}</thead>
<tbody>
${rows.map((row) => cells(row, 'td')).join('\n')}
</tbody>
</table></div>`;
}

/** One HTML file that needs nothing else, the chart library included. */
export async function htmlPage({ title, subtitle, warnings, charts, tables }: Page): Promise<string> {
  const library = await readFile(
    createRequire(import.meta.url).resolve('echarts/dist/echarts.min.js'),
    'utf8',
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escaped(title)}</h1>
<p class="subtitle">${escaped(subtitle)}</p>
${warnings.map((warning) => `<p class="warning">${escaped(warning)}</p>`).join('\n')}
${charts.map(chartHtml).join('\n')}
${tables.map(tableHtml).join('\n')}
<script>${library.replaceAll('</script', '<\\/script')}</script>
<script>${DRAW}</script>
</body>
</html>
`;
}
