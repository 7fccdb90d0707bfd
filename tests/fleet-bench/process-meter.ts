import { readFileSync } from 'node:fs';

/** Clock ticks of Linux's process accounting in a second. */
const TICKS_PER_S = 100;

/** CPU time a process has used, s, and the memory it has resident, bytes. Linux only. */
export function usageOf(pid: number): { cpuS: number; rssBytes: number } {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name in parentheses may hold anything; what follows it is separated by spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const cpuS = (Number(fields[11]) + Number(fields[12])) / TICKS_PER_S;
  const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
  return { cpuS, rssBytes: pages * 4_096 };
}
