// The bot's launcher, `npm start`: compiled code is kept from one start to the next.
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

// Beside the packages, where nobody else can write; without the right to write it is made anew.
enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/kongauth', import.meta.url)));
const { main } = await import('./bot.ts');
await main();
