import { createHash } from 'node:crypto';
import type { Action } from './actions.ts';
import type { Frame } from './film.ts';
import { commented, fitting } from './fitting.ts';
import type { Moments } from './moments.ts';
import { playerScript, playerStyle } from './player-page.ts';

/** What the page shows besides the pictures. */
export interface Shown {
  readonly runId: string;
  /** Empty where calls are not recorded. */
  readonly actions: readonly Action[];
  /** What was left out, in words. */
  readonly comment: string;
}

const scriptHash = createHash('sha256').update(playerScript).digest('base64');

/**
 * One page of HTML that holds a film: it needs nothing else, opens from a disk, and shows the pictures
 * in their order where its script does not run. A program finds the times in the element `#recording`
 * (JSON), and the pictures, one for each, in its `img`s.
 */
export function playerOf(frames: readonly Frame[], shown: Shown, moments: Moments): string {
  const actions = fitting(shown.actions.map((action) => JSON.stringify(action)));
  const head = JSON.stringify({
    format: 'castellan-film/1',
    run: shown.runId,
    startedAt: moments.time(0),
    comment: commented(shown.comment, actions.rest),
    frames: frames.map(({ page, at }) => ({ page, at })),
  });
  const data = `${head.slice(0, -1)},"actions":${actions.list}}`;
  const pictures = frames.map(
    ({ page, at, jpeg }) =>
      `<figure><img alt="page ${page} at ${secondsOf(at)}" src="data:image/jpeg;base64,${jpeg.toString('base64')}"><figcaption>${secondsOf(at)} · page ${page}</figcaption></figure>`,
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-${scriptHash}'">
<meta name="viewport" content="width=device-width">
<title>Recording of ${shown.runId}</title>
<style>${playerStyle}</style>
<main hidden><section><img id="picture" alt="the page"><p><button id="play">Play</button><input id="place" type="range" min="0" step="any"><output id="time"></output></p></section><ol id="actions"></ol></main>
<p id="comment"></p>
<div id="strip">
${pictures.join('\n')}
</div>
<script type="application/json" id="recording">${data.replaceAll('<', String.raw`\u003c`)}</script>
<script>${playerScript}</script>
</html>
`;
}

function secondsOf(ms: number): string {
  return `${(ms / 1_000).toFixed(2)} s`;
}
