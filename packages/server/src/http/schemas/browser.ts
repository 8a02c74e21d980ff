import { z } from 'zod';

const pixels = z.number().min(1).max(10_000);

/** How a run's pages look: what `BrowserSettings` of the protocol has, in the bounds of the sandbox. */
const settings = z.strictObject({
  viewport: z
    .strictObject({
      width: pixels,
      height: pixels,
      deviceScaleFactor: z.number().min(0.1).max(10).exactOptional(),
      isMobile: z.boolean().exactOptional(),
      hasTouch: z.boolean().exactOptional(),
      isLandscape: z.boolean().exactOptional(),
    })
    .exactOptional(),
  locale: z
    .string()
    .regex(/^[a-zA-Z]{2,8}(?:-[a-zA-Z0-9]{1,8})*$/, 'A language tag such as de-AT')
    .exactOptional(),
  timezone: z
    .string()
    .regex(/^[A-Za-z][\w+-]*(?:\/[\w+-]+){0,2}$/, 'A time zone such as Europe/Vienna')
    .exactOptional(),
  userAgent: z
    .string()
    .regex(/^[\u0020-\u007e]{1,1024}$/, 'A line of 1 to 1024 ASCII characters')
    .exactOptional(),
  colorScheme: z.enum(['light', 'dark']).exactOptional(),
});

export const browserSchema = z
  .union([z.boolean(), settings], 'True, false or an object of settings')
  .describe(
    'How the pages of a script that uses Puppeteer look; `false`: it gets no browser. Needs a policy with browsers.',
  );
