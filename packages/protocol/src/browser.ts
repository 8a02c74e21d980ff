import type { Kind } from './kind.ts';
import { absolutePath, flag, numberFrom, oneOf, textLike, whole } from './kinds.ts';
import { shape } from './structures.ts';
import { timeZone } from './time-zone.ts';

/** The window that a page sees, in CSS pixels. */
export interface Viewport {
  /** In CSS pixels, 1 to 10,000. */
  readonly width: number;
  /** In CSS pixels, 1 to 10,000. */
  readonly height: number;
  /** Device pixels for a CSS pixel, 0.1 to 10. Default 1. */
  readonly deviceScaleFactor?: number;
  /** Whether the `meta viewport` of pages is used. Default false. */
  readonly isMobile?: boolean;
  /** Whether pages get touch events. Default false. */
  readonly hasTouch?: boolean;
  /** Whether the screen is in landscape orientation. Default false. */
  readonly isLandscape?: boolean;
}

export const colorSchemes = ['light', 'dark'] as const;

/** What pages see of a run's browser. An undefined setting keeps Chromium's default. */
export interface BrowserSettings {
  /** Default 800 × 600, as Puppeteer has it. */
  readonly viewport?: Viewport;
  /** A BCP 47 tag, for formats and for the `accept-language` header. */
  readonly locale?: string;
  /** A name of the time zone database, as `Europe/Vienna`. Default: that of the run. */
  readonly timezone?: string;
  /** 1 to 1,024 printable ASCII characters. */
  readonly userAgent?: string;
  /** The value of `prefers-color-scheme`. */
  readonly colorScheme?: (typeof colorSchemes)[number];
}

/** What a runner needs to know of a run's browser. */
export interface BrowserJob extends BrowserSettings {
  /** The calls of Puppeteer are recorded. */
  readonly isTraced?: true;
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

/** Validates `BrowserSettings`. */
export const browserSettings: Kind<BrowserSettings> = shape<BrowserSettings>(
  'an object with viewport, locale, timezone, userAgent, colorScheme',
  {
    viewport,
    locale: textLike('a language tag such as de-AT', /^[a-zA-Z]{2,8}(?:-[a-zA-Z0-9]{1,8})*$/),
    timezone: timeZone,
    userAgent: textLike('a line of 1 to 1024 ASCII characters', /^[\u0020-\u007e]{1,1024}$/),
    colorScheme: oneOf(colorSchemes),
  },
  { optional: ['viewport', 'locale', 'timezone', 'userAgent', 'colorScheme'] },
);

/** The operator's options for browsers. Scripts cannot change any of them. */
export interface BrowserOptions {
  /** The binary of Chromium, not a shell script that starts it. Default: found automatically. */
  readonly executablePath?: string;
  /** Browsers kept ready for the next run. Default 1. */
  readonly warm?: number;
}

/** Validates `BrowserOptions`. */
export const browserOptions: Kind<BrowserOptions> = shape<BrowserOptions>(
  'an object { warm, executablePath }',
  { warm: whole(0, 1_024), executablePath: absolutePath },
  { optional: ['warm', 'executablePath'] },
);

/** The names that a script has a browser by, or a \u that may spell one of them. */
const names = /\b(?:browser|page|puppeteer)\b|\\u/;

/**
 * Whether a run has a browser that wants one and may have it: none of its sources mentions one, and it
 * does not wait for one. That look saves a browser and protects nothing.
 */
export function getsBrowser(wanted: boolean | BrowserSettings, sources: Iterable<string>): boolean {
  if (wanted === false) return false;
  for (const source of sources) if (names.test(source)) return true;
  return false;
}
