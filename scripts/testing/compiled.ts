// Loaded before each test file: what was compiled for one of them is not compiled again for the next.
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

enableCompileCache(join(import.meta.dirname, '../../node_modules/.cache/tests'));
