import { browserCommandsReference } from './browser-commands.ts';
import { cliReference } from './cli.ts';
import { configReference } from './config.ts';
import { errorsReference } from './errors.ts';
import { eventsReference } from './events.ts';
import { referenceOf } from './http.ts';
import { libraryReference } from './library/page.ts';
import { limitsReference } from './limits.ts';
import { manPage } from './man.ts';
import { openApiDocument } from './openapi.ts';
import { optionsReference } from './options.ts';
import { reasonsReference } from './reasons.ts';
import { serviceSeccomp } from '@castellan/sandbox/images';

/** A page that is generated from tables of the code. */
export interface Page {
  /** Relative to the root of the repository. */
  readonly file: string;
  readonly render: () => string | Promise<string>;
}

/** Every generated page: `npm run docs` writes them, and a test compares them with the code. */
export const pages: readonly Page[] = [
  { file: 'docs/reference/library.md', render: libraryReference },
  { file: 'docs/reference/options.md', render: optionsReference },
  { file: 'docs/reference/limits.md', render: limitsReference },
  { file: 'docs/reference/reasons.md', render: reasonsReference },
  { file: 'docs/reference/errors.md', render: errorsReference },
  { file: 'docs/reference/events.md', render: eventsReference },
  { file: 'docs/reference/browser-commands.md', render: browserCommandsReference },
  { file: 'docs/reference/cli.md', render: cliReference },
  { file: 'packages/cli/man/castellan.1', render: manPage },
  { file: 'deploy/container/seccomp.json', render: serviceSeccomp },
  { file: 'docs/reference/config.md', render: configReference },
  { file: 'docs/reference/http.md', render: async () => referenceOf(await openApiDocument()) },
  {
    file: 'docs/reference/openapi.json',
    render: async () => `${JSON.stringify(await openApiDocument(), null, 2)}\n`,
  },
];
