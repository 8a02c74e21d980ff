/** What the worker is asked for: the page with this number, from 1. */
export interface Wanted {
  readonly bytes: ArrayBuffer;
  readonly number: number;
}

export interface Drawn {
  readonly picture: ImageBitmap;
  /** Of the whole file. */
  readonly pages: number;
}

/** The last of them is what a half of pdf.js says to its other half, which is not here. */
export type Answer = Drawn | { readonly failed: string } | { readonly targetName: string };
