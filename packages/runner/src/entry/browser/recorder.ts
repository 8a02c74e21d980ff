/** Puppeteer's recorder of pages, which it constructs. */
export function NoRecorder(): never {
  throw new Error('page.screencast() needs ffmpeg and is not available');
}
