/** A text as PostgreSQL takes it: without NUL and half characters, which no id of ours has. */
export function plain(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\ufffd');
}
