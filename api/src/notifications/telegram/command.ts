export const COMMANDS = [
  'status',
  'positions',
  'trades',
  'strategies',
  'start',
  'stop',
  'halt',
  'help',
] as const;
export type CommandName = (typeof COMMANDS)[number];

export interface Command {
  name: CommandName;
  argument: string;
}

const SHAPE = /^\/([a-z]+)(?:@\w+)?(?:\s+(\S.*))?$/is;

/** The command of a message; null for a text that is none, "help" for a command that is not known. */
export function parseCommand(text: string): Command | null {
  const [, word = '', argument = ''] = SHAPE.exec(text.trim()) ?? [];
  if (word === '') return null;
  const name = COMMANDS.find((one) => one === word.toLowerCase());
  return { name: name ?? 'help', argument: argument.trim() };
}
