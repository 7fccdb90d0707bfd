import { runCampaign } from './lib/run-campaign.mjs';

/** Recorded sessions live and in the backtest, side by side. See docs/parity.md. */
await runCampaign('parity', 'parity', 'main.ts');
