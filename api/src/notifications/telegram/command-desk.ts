import { randomInt } from 'node:crypto';
import type { DataSource } from 'typeorm';
import {
  AccountRepository,
  appendAudit,
  redisKeys,
  StrategyRepository,
  UserEntity,
  type NotificationChannelRow,
  type Redis,
} from '@gridfleet/shared/infra';
import { GridfleetError } from '@gridfleet/shared/schema';
import { mayCall } from '../../http/access.js';
import type { Requester } from '../../http/identity.js';
import { ROUTE_ACCESS } from '../../http/route-access.js';
import type { Services } from '../../services.js';
import type { Command, CommandName } from './command.js';
import { repliesOf, type Replies } from './replies.js';

/** How long a halt waits for its second message, s. */
export const CONFIRM_S = 60;
const LISTED = 30;
const TRADES = 10;

/** What a command would be over the API: nobody may do more through a chat. */
const SAME_AS: Readonly<Partial<Record<CommandName, string>>> = {
  start: 'POST /api/strategies/:id/start',
  stop: 'POST /api/strategies/:id/stop',
  halt: 'POST /api/halt',
};

export interface CommandDeskDeps {
  dataSource: DataSource;
  redis: Redis;
  services: Pick<Services, 'reader' | 'runner' | 'positions' | 'tradeLists' | 'halts'>;
}

interface Call {
  channel: NotificationChannelRow;
  chatId: number;
  requester: Requester;
  argument: string;
  replies: Replies;
}

/** Carries out the commands of a chat, with the rights of whoever set its channel up. */
export class CommandDesk {
  readonly #deps: CommandDeskDeps;

  constructor(deps: CommandDeskDeps) {
    this.#deps = deps;
  }

  /** @returns the answer for the chat. @throws Error when MySQL or Redis does not answer */
  async answer(channel: NotificationChannelRow, chatId: number, command: Command): Promise<string> {
    const replies = repliesOf(channel.language);
    const requester = await this.#requesterOf(channel);
    const same = SAME_AS[command.name];
    const access = same === undefined ? undefined : ROUTE_ACCESS[same];
    const isAllowed =
      access === undefined || access === 'open' || (requester !== null && mayCall(requester, access));
    if (requester === null || !isAllowed) return replies.notAllowed;
    try {
      return await this.#run(command.name, {
        channel,
        chatId,
        requester,
        argument: command.argument,
        replies,
      });
    } catch (error) {
      // A refusal by the rules is an answer; everything else is the caller's to log.
      if (error instanceof GridfleetError) return `${error.message.replace(/\.$/, '')}.`;
      throw error;
    }
  }

  /** The present rights of whoever set the channel up; null when they are gone. */
  async #requesterOf({ createdBy, userId }: NotificationChannelRow): Promise<Requester | null> {
    const user = await this.#deps.dataSource.manager.findOneBy(UserEntity, { id: createdBy });
    if (user === null || !user.isActive || (user.workspaceId ?? user.id) !== userId) return null;
    return { id: user.id, email: user.email, role: user.role, scopes: null, tokenId: null };
  }

  #run(name: CommandName, call: Call): Promise<string> {
    switch (name) {
      case 'status':
        return this.#status(call);
      case 'positions':
        return this.#positions(call);
      case 'trades':
        return this.#trades(call);
      case 'strategies':
        return this.#strategies(call);
      case 'start':
      case 'stop':
        return this.#startOrStop(name, call);
      case 'halt':
        return this.#halt(call);
      case 'help':
        return Promise.resolve(call.replies.help);
    }
  }

  async #status({ channel: { userId }, replies }: Call): Promise<string> {
    const { dataSource, services } = this.#deps;
    const rows = await new StrategyRepository(dataSource.manager).list(userId, 'active');
    const statuses = await services.reader.statusesOf(rows.map(({ id }) => id));
    const running = statuses.filter(({ isRunning }) => isRunning);
    const names = new Map(rows.map(({ id, name }) => [id, name]));
    const lines = running
      .slice(0, LISTED)
      .map(({ strategyId, state, realizedPnl, unrealizedPnl, reason }) => {
        const why = state === 'running' || reason === null ? '' : ` (${reason.message})`;
        return `#${strategyId} ${names.get(strategyId) ?? ''}: ${state}${why}, ${replies.profit(realizedPnl, unrealizedPnl)}`;
      });
    return [replies.running(running.length, rows.length), ...lines].join('\n');
  }

  async #strategies({ channel: { userId }, replies }: Call): Promise<string> {
    const { dataSource, services } = this.#deps;
    const rows = await new StrategyRepository(dataSource.manager).list(userId, 'active');
    const statuses = await services.reader.statusesOf(rows.slice(0, LISTED).map(({ id }) => id));
    const states = new Map(statuses.map(({ strategyId, state }) => [strategyId, state]));
    const lines = rows.slice(0, LISTED).map(({ id, name }) => `#${id} ${name}: ${states.get(id) ?? ''}`);
    return lines.length === 0 ? replies.none : lines.join('\n');
  }

  async #positions({ channel: { userId }, replies }: Call): Promise<string> {
    const positions = await this.#deps.services.positions.list(userId);
    const lines = positions
      .slice(0, LISTED)
      .map(
        ({ strategyId, strategyName, market, quantity, averagePrice, unrealizedPnl }) =>
          `#${strategyId} ${strategyName}: ${quantity} ${market} @ ${averagePrice ?? '?'} (${unrealizedPnl})`,
      );
    return lines.length === 0 ? replies.none : lines.join('\n');
  }

  async #trades({ channel: { userId }, replies }: Call): Promise<string> {
    const { items } = await this.#deps.services.tradeLists.trades(
      userId,
      {},
      { limit: TRADES, cursor: null },
    );
    const lines = items.map(
      ({ time, strategyName, side, quantity, market, price }) =>
        `${time.slice(0, 19).replace('T', ' ')} ${strategyName}: ${side} ${quantity} ${market} @ ${price}`,
    );
    return lines.length === 0 ? replies.none : lines.join('\n');
  }

  async #startOrStop(name: 'start' | 'stop', call: Call): Promise<string> {
    const { channel, argument, replies } = call;
    const [, digits] = /^#?(\d{1,9})$/.exec(argument) ?? [];
    // Telegram itself sends /start when somebody opens the bot.
    if (digits === undefined)
      return name === 'start' && argument === '' ? replies.help : replies.whichStrategy(name);
    const id = Number(digits);
    const { reader, runner } = this.#deps.services;
    const row = await reader.row(channel.userId, id);
    if (name === 'start') await runner.start(channel.userId, id);
    else await runner.stop(channel.userId, id, {});
    await this.#audit(call, name, `strategy ${id}`);
    return name === 'start' ? replies.started(row.name) : replies.stopping(row.name);
  }

  /** Only the second message, with the code of the first, halts. */
  async #halt(call: Call): Promise<string> {
    const { channel, chatId, requester, argument, replies } = call;
    const { dataSource, redis, services } = this.#deps;
    const accounts = await new AccountRepository(dataSource.manager).list(channel.userId);
    const key = redisKeys.telegramHalt(channel.id, chatId);
    if (argument === '') {
      const code = String(randomInt(1_000, 10_000));
      await redis.set(key, code, 'EX', CONFIRM_S);
      return replies.haltAsk(accounts.length, code, CONFIRM_S);
    }
    // Taken in one step: a code works once.
    if ((await redis.getdel(key)) !== argument) return replies.haltWrong;
    for (const { id } of accounts) {
      await services.halts.begin(requester, channel.userId, { scope: 'account', id, orders: 'cancel' });
    }
    await this.#audit(call, 'halt', `${accounts.length} accounts`);
    return replies.halted(accounts.length);
  }

  async #audit({ channel, chatId, requester }: Call, name: CommandName, target: string): Promise<void> {
    await appendAudit(this.#deps.dataSource.manager, {
      userId: channel.userId,
      actor: requester.email,
      action: `telegram /${name}`,
      target,
      details: { channelId: channel.id, chatId },
    });
  }
}
