/** One sample of Prometheus' text format. */
export interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

export interface Exposition {
  /** Type of each family, by name; families without a sample are here, too. */
  types: Map<string, string>;
  samples: Sample[];
}

const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"(?:,|$)/g;

/** Parses strictly. @throws Error at the first line that is not of the format */
export function parsePrometheus(text: string): Exposition {
  const types = new Map<string, string>();
  const samples: Sample[] = [];
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const type = /^# TYPE (\S+) (counter|gauge|histogram|summary|untyped)$/.exec(line);
    if (type?.[1] !== undefined) types.set(type[1], type[2] ?? '');
    if (line.startsWith('# HELP ') || type !== null) continue;
    const sample = SAMPLE.exec(line);
    const value = Number(sample?.[3]?.replace('+Inf', 'Infinity'));
    if (sample?.[1] === undefined || (Number.isNaN(value) && !/^nan$/i.test(sample[3] ?? '')))
      throw new Error(`not Prometheus text: ${line}`);
    const labels = Object.fromEntries(
      [...(sample[2] ?? '').matchAll(LABEL)].map((label) => [label[1] ?? '', label[2] ?? '']),
    );
    samples.push({ name: sample[1], labels, value });
  }
  return { types, samples };
}
