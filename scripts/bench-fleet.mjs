import { runCampaign } from './lib/run-campaign.mjs';

/** Figures of a fleet on this machine: `--only take-over,hand-over,… --strategies N`. See docs/scaling.md. */
await runCampaign('fleet bench', 'fleet-bench', 'main.ts');
