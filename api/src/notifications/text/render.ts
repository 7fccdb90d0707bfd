import { isTimeZone, zoneOffset } from '@gridfleet/shared/infra';
import { NOTIFICATION_EVENTS, type Severity } from '@gridfleet/shared/schema';
import type { Payload } from '../payload.js';
import { en } from './en.js';
import type { Words } from './words.js';
import { zhCn } from './zh-cn.js';

/** A message in words, not yet escaped for any channel. */
export interface Message {
  severity: Severity;
  title: string;
  lines: string[];
}

export interface Reader {
  language: string;
  timeZone: string;
}

const LONGEST_LINE = 600;

export function wordsOf(language: string): Words {
  return language === 'zh-CN' ? zhCn : en;
}

export function severityOf(event: Payload['event']): Severity {
  return event === 'test' ? 'info' : NOTIFICATION_EVENTS[event];
}

/** "2026-01-31 14:05:09" by the clocks of a zone; UTC for a zone unknown here. */
export function localTime(time: string, timeZone: string): string {
  const at = new Date(time);
  const minutes = isTimeZone(timeZone) ? zoneOffset(timeZone, at) : 0;
  return new Date(at.getTime() + minutes * 60_000).toISOString().slice(0, 19).replace('T', ' ');
}

/** One line without control characters: names and texts of exchanges are other people's. */
function clean(text: string): string {
  const flat = text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\u200B-\u200F\u202A-\u202E\u2066-\u2069]+/gu, ' ').trim();
  return flat.length > LONGEST_LINE ? `${flat.slice(0, LONGEST_LINE)}…` : flat;
}

function titleOf(payload: Payload, words: Words): string {
  const { event, reason, subject, cycle, trade, report } = payload;
  const base = event === 'halt' && reason?.code === 'REDUCING' ? words.reducing : words.titles[event];
  const about = subject?.strategy ?? subject?.account ?? (event === 'halt' ? words.platform : null);
  const what =
    trade !== null && event === 'fill' ? `${words.sides[trade.side]} ${subject?.market ?? ''}`.trim() : null;
  return [base, what, cycle?.net ?? report?.netProfit ?? null, about]
    .filter((part) => part !== null)
    .map(clean)
    .join(' · ');
}

/** The message of a payload in the reader's language and time. */
export function render(payload: Payload, reader: Reader): Message {
  const words = wordsOf(reader.language);
  const { labels, colon } = words;
  const { subject, reason, trade, cycle, report, summary } = payload;
  const at = (time: string): string => localTime(time, reader.timeZone);
  const line = (label: keyof Words['labels'], value: string | number | null | undefined): string[] =>
    value === null || value === undefined ? [] : [`${labels[label]}${colon}${clean(String(value))}`];
  const strategy =
    subject?.strategy === null || subject === null
      ? null
      : `${subject.strategy} (#${subject.strategyId ?? ''})`;
  const account = subject?.account === null || subject === null ? null : subject.account;
  const lines = [
    ...(payload.event === 'test' ? [words.testBody] : []),
    ...(summary === null ? [] : [words.summary(summary.count, at(summary.from), at(summary.to))]),
    ...line('strategy', strategy),
    ...line('market', subject?.market),
    ...line(
      'account',
      account === null ? null : `${account}${subject?.environment ? ` (${subject.environment})` : ''}`,
    ),
    ...line('reason', reason === null ? null : `${reason.message} [${reason.code}]`),
    ...line('by', payload.by),
    ...line('price', trade?.price),
    ...line('quantity', trade?.quantity ?? cycle?.quantity),
    ...line('amount', trade?.amount),
    ...line('fee', trade?.fee),
    ...line('price', cycle === null ? null : `${cycle.buyPrice} → ${cycle.sellPrice}`),
    ...line('net', cycle?.net),
    ...line('day', report?.day),
    ...line('netProfit', report?.netProfit),
    ...line('fees', report?.fees),
    ...line('volume', report?.volume),
    ...line('fills', report?.fills),
    ...line('cycles', report?.cycles),
    ...line('running', report?.running),
    ...line('alerts', report?.alerts),
    ...line('time', `${at(payload.time)} (${isTimeZone(reader.timeZone) ? reader.timeZone : 'UTC'})`),
  ];
  const severity = severityOf(payload.event);
  return { severity, title: titleOf(payload, words), lines };
}
