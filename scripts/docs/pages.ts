import { configReference } from './config.ts';
import { referenceOf } from './http.ts';
import { openApiDocument } from './openapi.ts';

/** A page that is made from tables of the code. */
export interface Page {
  /** Below the root of the repository. */
  readonly file: string;
  readonly render: () => string | Promise<string>;
}

/** Every generated page: `npm run docs` writes them, and a test holds them against the code. */
export const pages: readonly Page[] = [
  { file: 'docs/reference/config.md', render: configReference },
  { file: 'docs/reference/http.md', render: async () => referenceOf(await openApiDocument()) },
  {
    file: 'docs/reference/openapi.json',
    render: async () => `${JSON.stringify(await openApiDocument(), null, 2)}\n`,
  },
];
