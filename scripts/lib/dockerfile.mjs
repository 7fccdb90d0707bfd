/** Reads what a Dockerfile does: stages, each with its instructions in order. Only the forms that ours has. */
export function readStages(text) {
  const lines = text
    .split('\n')
    .filter((line) => !/^\s*(?:#|$)/.test(line))
    .join('\n')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n');
  const stages = [];
  for (const line of lines) {
    const [, name, args] = /^\s*([A-Za-z]+)\s+(.*\S)\s*$/.exec(line) ?? [];
    if (name === undefined) throw new Error(`not an instruction: ${line}`);
    if (name === 'FROM') {
      const [, base, as] = /^(\S+)(?:\s+AS\s+(\S+))?$/i.exec(args) ?? [];
      if (base === undefined) throw new Error(`not a stage: ${line}`);
      stages.push({ name: as ?? String(stages.length), base, steps: [] });
    } else {
      const stage = stages.at(-1);
      if (stage === undefined) throw new Error(`before the first stage: ${line}`);
      stage.steps.push({ name, args });
    }
  }
  return stages;
}

/** @returns `from`: the stage it copies from, null for the checkout */
export function readCopy(args) {
  const words = args.split(/\s+/);
  const flags = words.filter((word) => word.startsWith('--'));
  const paths = words.filter((word) => !word.startsWith('--'));
  const to = paths.pop();
  const from = flags.find((flag) => flag.startsWith('--from='))?.slice('--from='.length) ?? null;
  return { from, sources: paths, to };
}

/** Variables of an ENV instruction, name=value beside name=value. */
export function readEnv(args) {
  return Object.fromEntries(
    [...args.matchAll(/([A-Za-z_]\w*)=(\S+)/g)].map(([, name, value]) => [name, value]),
  );
}

/** Whether a path of the checkout is left out by `.dockerignore`; patterns are names, with `*`, at the top or below `**`. */
export function createIgnore(text) {
  const rules = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((pattern) => {
      const [isAnywhere, name] = pattern.startsWith('**/') ? [true, pattern.slice(3)] : [false, pattern];
      if (/[/!]/.test(name)) throw new Error(`.dockerignore: "${pattern}" is of a form not read here`);
      const escaped = name.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^/]*');
      return { isAnywhere, matches: new RegExp(`^${escaped}$`) };
    });
  return (path) => {
    const parts = path.split('/');
    return rules.some(({ isAnywhere, matches }) =>
      isAnywhere ? parts.some((part) => matches.test(part)) : matches.test(parts[0] ?? ''),
    );
  };
}
