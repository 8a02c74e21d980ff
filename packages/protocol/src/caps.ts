/** Caps that apply whatever the limits of a run. Lengths are in UTF-16 units of the text. */
export const caps = {
  errorName: 256,
  errorMessage: 16_384,
  errorStack: 32_768,
  errorCode: 256,
  /**
   * What is inside an error: its depth, the entries of each level, and all of it: the number of errors
   * and JSON values, and UTF-16 units.
   */
  errorDepth: 5,
  errorWidth: 10,
  errorParts: 200,
  errorInside: 65_536,
  innerMessage: 4_096,
  innerStack: 8_192,
  fileName: 512,
  artifactName: 255,
  contentType: 255,
  progressText: 1_024,
  /** What a script waits for, or has dropped at its end. */
  pendingText: 1_024,
  /** A call to the browser, as a message shows it. */
  browserCall: 256,
  helperPath: 512,
  actionName: 128,
  actionText: 1_024,
  helperArgs: 16 * 2 ** 20,
  jsonDepth: 1_000,
  url: 32_768,
  method: 32,
  headers: 256,
  headerText: 65_536,
  /** Bytes of a body that may be sent without credit, and requests that may be open. */
  fetchWindow: 65_536,
  /** Bytes of a body's piece in a run that answers a request over HTTP, in either direction. */
  exchangePiece: 256 * 1_024,
  openFetches: 1_024,
  /** Calls and artifacts of a script that may be open at a time. */
  openCalls: 1_024,
  /** Functions that a script may pass to helpers, and calls of them that may be open at a time. */
  callbacks: 16_384,
  openCallbacks: 1_024,
  /** Bytes of one command to the browser. */
  cdpCommand: 16 * 2 ** 20,
  /** Commands to pages that a script may have open at a time; others wait in its box. */
  openCommands: 8_192,
  /**
   * The result of a check: the number of problems, UTF-16 units of each message, and bytes of all
   * as JSON.
   */
  problems: 1_000,
  problemMessage: 1_024,
  specifier: 512,
  problemsJson: 2 ** 20,
} as const;
