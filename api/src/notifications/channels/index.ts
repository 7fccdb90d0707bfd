import type { ChannelKind } from '@gridfleet/shared/schema';
import type { ChannelType } from './channel-kind.js';
import { dingtalk } from './dingtalk.js';
import { discord } from './discord.js';
import { email } from './email.js';
import { feishu } from './feishu.js';
import { slack } from './slack.js';
import { telegram } from './telegram.js';
import { webhook } from './webhook.js';

/** Every kind of channel. Adding one is a file and a line. */
export const CHANNELS: Readonly<Record<ChannelKind, ChannelType>> = {
  telegram,
  dingtalk,
  feishu,
  slack,
  discord,
  email,
  webhook,
};
