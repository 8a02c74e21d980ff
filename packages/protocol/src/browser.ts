import type { Kind } from './kind.ts';
import { absolutePath, flag, numberFrom, oneOf, textLike, whole } from './kinds.ts';
import { shape } from './structures.ts';

/** The window that a page sees, in CSS pixels. */
export interface Viewport {
  readonly width: number;
  readonly height: number;
  readonly deviceScaleFactor?: number;
  readonly isMobile?: boolean;
  readonly hasTouch?: boolean;
  readonly isLandscape?: boolean;
}

export const colorSchemes = ['light', 'dark'] as const;

/** How the pages of a run's browser look to the web; what is left out stays as Chromium has it. */
export interface BrowserSettings {
  /** Default 800 × 600, as Puppeteer has it. */
  readonly viewport?: Viewport;
  /** A BCP 47 tag: formats, and the languages that pages are asked for in. */
  readonly locale?: string;
  /** A name of the time zone database, as `Europe/Vienna`. */
  readonly timezone?: string;
  readonly userAgent?: string;
  readonly colorScheme?: (typeof colorSchemes)[number];
}

const pixels = numberFrom(1, 10_000);

const viewport = shape<Viewport>(
  'an object { width, height, … }',
  {
    width: pixels,
    height: pixels,
    deviceScaleFactor: numberFrom(0.1, 10),
    isMobile: flag,
    hasTouch: flag,
    isLandscape: flag,
  },
  { optional: ['deviceScaleFactor', 'isMobile', 'hasTouch', 'isLandscape'] },
);

/** What `BrowserSettings` may hold. */
export const browserSettings: Kind<BrowserSettings> = shape<BrowserSettings>(
  'an object with viewport, locale, timezone, userAgent, colorScheme',
  {
    viewport,
    locale: textLike('a language tag such as de-AT', /^[a-zA-Z]{2,8}(?:-[a-zA-Z0-9]{1,8})*$/),
    timezone: textLike('a time zone such as Europe/Vienna', /^[A-Za-z][\w+-]*(?:\/[\w+-]+){0,2}$/),
    userAgent: textLike('a line of 1 to 1024 ASCII characters', /^[\u0020-\u007e]{1,1024}$/),
    colorScheme: oneOf(colorSchemes),
  },
  { optional: ['viewport', 'locale', 'timezone', 'userAgent', 'colorScheme'] },
);

/** What the operator says about browsers. Scripts have no say in any of it. */
export interface BrowserOptions {
  /** Chromium's own program, not the shell script in front of it. Default: looked for. */
  readonly executablePath?: string;
  /** Browsers kept ready for the next run. Default 1. */
  readonly warm?: number;
}

/** What `BrowserOptions` may hold. */
export const browserOptions: Kind<BrowserOptions> = shape<BrowserOptions>(
  'an object { warm, executablePath }',
  { warm: whole(0, 1_024), executablePath: absolutePath },
  { optional: ['warm', 'executablePath'] },
);
