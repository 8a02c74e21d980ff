import { shown } from '@castellan/protocol/kinds';
import { z } from 'zod';
import { type PageName, pagePaths, type Pages } from '../page/files.ts';
import { sendPacked } from '../page/send.ts';
import { ProblemError } from '../problems/problem.ts';
import type { App } from './app.ts';

interface PageRow {
  /** The name of its file, without its ending. */
  readonly file: string;
  /** What it adds to the policy of all pages. */
  readonly policy: readonly string[];
}

/**
 * What every page may do: load its own files and ask this service. No code but its own files, no other
 * site, no frame around it.
 */
const ofAll = [
  "default-src 'none'",
  "script-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
];

/**
 * No text becomes markup anywhere in the page, whatever its own code does. The one policy that may be made
 * gives the address of the worker that draws PDFs, and no other.
 */
const noMarkup = ["require-trusted-types-for 'script'", 'trusted-types drawing'];

const pageTable = {
  /**
   * The editor writes styles into the page, which is why those may be inline; `data:` are the editor's own
   * small pictures, `blob:` images that a run made, which run nothing.
   */
  playground: {
    file: 'index',
    policy: [
      "style-src 'self' 'unsafe-inline'",
      "img-src 'self' blob: data:",
      "font-src 'self'",
      "worker-src 'self'",
      // The frame of runs in the visitor's own browser.
      "frame-src 'self'",
    ],
  },
  dashboard: {
    file: 'admin',
    policy: ["style-src 'self'", "img-src 'self' blob:", "worker-src 'self'", ...noMarkup],
  },
  /** It shows our own document; `data:` are small pictures of its style sheet. */
  reference: {
    file: 'reference',
    policy: ["style-src 'self'", "img-src 'self' data:"],
  },
} as const satisfies Record<PageName, PageRow>;

/**
 * What the frame may do in which the playground runs a script in the visitor's own browser, and all that is made
 * in it: nothing but execute. Its document has a policy besides, which names the one script that is its own; both
 * hold. `sandbox` takes its origin even from whoever opens the address itself.
 */
const framePolicy = [
  "default-src 'none'",
  "script-src 'unsafe-inline' 'unsafe-eval' blob:",
  'worker-src blob:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
  'sandbox allow-scripts',
].join('; ');

const absent = (page: PageName): string =>
  `The ${page} is not built here: "npm run build" makes it. The API works without it, and is described at /openapi.json.\n`;

/** Serves the built files of the pages and nothing else; they ask the API as any client does. */
export function addPages(app: App, { built, names }: Pages): void {
  const config = { access: 'public', isQuiet: true } as const;

  for (const name of names) {
    const { file, policy } = pageTable[name];
    app.get(pagePaths[name], { config, schema: { hide: true } }, (request, reply) => {
      const start = built?.starts.get(file);
      if (start === undefined) {
        return reply.code(404).type('text/plain; charset=utf-8').send(absent(name));
      }
      void reply.headers({
        'content-security-policy': [...ofAll, ...policy].join('; '),
        'cross-origin-opener-policy': 'same-origin',
        'cache-control': 'no-cache',
      });
      return sendPacked(start, request, reply);
    });
  }

  const frame = built?.starts.get('frame');
  if (frame !== undefined && names.includes('playground')) {
    app.get('/playground/frame.html', { config, schema: { hide: true } }, (request, reply) => {
      void reply.headers({ 'content-security-policy': framePolicy, 'cache-control': 'no-cache' });
      return sendPacked(frame, request, reply);
    });
  }

  app.get(
    '/playground/:file',
    { config, schema: { hide: true, params: z.strictObject({ file: z.string().max(256) }) } },
    (request, reply) => {
      const { file } = request.params;
      const part = built?.parts.get(file);
      if (part === undefined) {
        throw new ProblemError('not_found', `The pages have no file ${shown(file)}.`);
      }
      void reply.header('cache-control', 'public, max-age=31536000, immutable');
      return sendPacked(part, request, reply);
    },
  );
}
