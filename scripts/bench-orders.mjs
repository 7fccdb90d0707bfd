import { runCampaign } from './lib/run-campaign.mjs';

/** How long an order takes to the wire, and how many a node sustains: `[--synced] [--profile DIR]`. See docs/order-path.md. */
await runCampaign('order bench', 'order-bench', 'main.ts');
