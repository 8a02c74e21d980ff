// Checks types, lint, format, unused code, packages and architecture: `npm run check`.
import { join } from 'node:path';
import { listChecks, runChecks } from './checks.ts';

const root = join(import.meta.dirname, '..');
const architecture = {
  name: 'architecture',
  command: [process.execPath, 'scripts/test.ts', 'test/architecture/'],
} as const;

process.exitCode = runChecks(root, [...listChecks(root), architecture]).length === 0 ? 0 : 1;
