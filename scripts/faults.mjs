import { runCampaign } from './lib/run-campaign.mjs';

/** The fault campaign: `--seeds N --seed S [--only F1] [--labs N]`. See docs/reliability.md. */
await runCampaign('faults', 'faults', 'campaign.ts');
