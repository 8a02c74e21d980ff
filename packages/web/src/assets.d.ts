/** Made by the build: what Vite imports that is no code, and the addresses of files of types. */
declare module '*.css';
declare module '*.svg' {
  const address: string;
  export default address;
}
declare module '*?worker&url' {
  const address: string;
  export default address;
}
declare module '*?worker' {
  const Made: new (options?: WorkerOptions) => Worker;
  export default Made;
}
declare module 'monaco-editor/editor/contrib/*';
declare module 'monaco-editor/language/typescript/ts.worker' {
  export const ts: { readonly typescript: unknown };
}
declare module 'monaco-editor/features/*';
declare module 'monaco-editor/languages/definitions/*';

/** Declaration files for the editor, relative to the page. */
declare const typeFiles: {
  readonly web: string;
  readonly puppeteer: string;
};

/** Where the build has put the sandbox for runs in this browser: a path below the page's. */
declare const sandboxFile: string;
declare module 'pdfjs-dist/build/pdf.worker.min.mjs' {
  export const WorkerMessageHandler: unknown;
}
