/** What each library is bundled from. */
export const libraryEntries = {
  inspect: 'node-inspect-extracted',
  bytes: './bytes.ts',
  url: 'whatwg-url/webidl2js-wrapper.js',
} as const;

export type LibraryName = keyof typeof libraryEntries;
