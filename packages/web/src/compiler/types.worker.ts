/** TypeScript in a worker, by the worker's name: for the editor, or to take the types out of one text. */
// oxlint-disable-next-line import/no-unassigned-import -- Monaco's worker begins at its first message
import 'monaco-editor/language/typescript/ts.worker';
import { erase } from './erase.ts';

if (self.name === 'eraser') {
  // oxlint-disable-next-line unicorn/prefer-add-event-listener -- it takes Monaco's away
  self.onmessage = null;
  self.addEventListener('message', ({ data }: MessageEvent<string>) => {
    self.postMessage(erase(data), { transfer: [] });
  });
}
