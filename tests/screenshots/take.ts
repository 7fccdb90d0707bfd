import { startServices } from '../services.js';
import { Showcase } from './showcase.js';

const services = await startServices();
process.env['REDIS_URL'] = services.redisUrl;
process.env['DATABASE_URL'] = services.databaseUrl;
const show = await Showcase.start();
console.log(`READY ${show.url} ${show.strategyId} ${JSON.stringify(show.backtests)}`);
await new Promise<void>((resolve) =>
  process.once('SIGINT', () => resolve()).once('SIGTERM', () => resolve()),
);
await show.stop();
await services.stop();
process.exit(0);
