// Writes docs/reference/config.md from the tables of options.
import { writeFileSync } from 'node:fs';
import { configReference } from '../src/config/reference.ts';

const page = new URL('../../../docs/reference/config.md', import.meta.url);
writeFileSync(page, configReference());
