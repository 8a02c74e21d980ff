/** The window that a page sees, in CSS pixels. */
export interface Viewport {
  readonly width: number;
  readonly height: number;
  readonly deviceScaleFactor?: number;
  readonly isMobile?: boolean;
  readonly hasTouch?: boolean;
  readonly isLandscape?: boolean;
}

/** How the pages of a run's browser look to the web; what is left out stays as Chromium has it. */
export interface BrowserSettings {
  /** Default 800 × 600, as Puppeteer has it. */
  readonly viewport?: Viewport;
  /** A BCP 47 tag: formats, and the languages that pages are asked for in. */
  readonly locale?: string;
  /** A name of the time zone database, as `Europe/Vienna`. */
  readonly timezone?: string;
  readonly userAgent?: string;
  readonly colorScheme?: 'light' | 'dark';
}
