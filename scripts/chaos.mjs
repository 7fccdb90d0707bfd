import { runCampaign } from './lib/run-campaign.mjs';

/** Nodes, Redis and MySQL that die, freeze and part under load: `--rounds N --seed S`. See docs/reliability.md. */
await runCampaign('chaos', 'chaos', 'campaign.ts');
