/** Style and script of the page that shows a film. What a box said is only ever put in as text. */
export const playerStyle = `
:root { color-scheme: light dark; font: 14px/1.4 system-ui, sans-serif }
body { margin: 16px }
main { display: grid; grid-template-columns: minmax(0, 3fr) minmax(240px, 2fr); gap: 16px; align-items: start }
main[hidden] { display: none }
section img { width: 100%; max-height: 70vh; object-fit: contain; background: #8882; border: 1px solid #8886 }
section p { display: flex; gap: 8px; align-items: center; margin: 8px 0 }
input { flex: 1 }
output { min-width: 11em; font-variant-numeric: tabular-nums; text-align: right }
ol { list-style: none; margin: 0; padding: 0; max-height: 78vh; overflow: auto; font-size: 13px }
li { padding: 3px 6px; border-left: 3px solid #8886; cursor: pointer; overflow-wrap: anywhere }
li.now { background: #4a90d933; border-color: #4a90d9 }
li.failed { border-color: #d33 }
li small { color: #888; display: block }
li.failed small.error { color: #d33 }
#strip { display: grid; grid-template-columns: repeat(auto-fill, minmax(140px, 1fr)); gap: 8px; margin-top: 16px }
figure { margin: 0; cursor: pointer }
figure img { width: 100%; border: 1px solid #8886 }
figure.now img { outline: 3px solid #4a90d9 }
figcaption { font-size: 12px; color: #888 }
`;

export const playerScript = `
'use strict';
const { frames, actions, comment } = JSON.parse(document.querySelector('#recording').textContent);
const figures = [...document.querySelectorAll('figure')];
const [main, picture, place, time, play, list] = ['main', '#picture', '#place', '#time', '#play', '#actions']
  .map((name) => document.querySelector(name));
const seconds = (ms) => (ms / 1000).toFixed(2) + ' s';
const end = Math.max(1, ...frames.map(({ at }) => at), ...actions.map(({ from, to }) => to ?? from));
document.querySelector('#comment').textContent = comment;
main.hidden = false;
place.max = end;
const line = (text, name, holder) => {
  const element = document.createElement(name);
  element.textContent = text;
  holder.append(element);
  return element;
};
const items = actions.map(({ name, args, place: where, from, to, error }) => {
  const item = line(name + '(' + args + ')', 'li', list);
  line(seconds(from) + (to === null ? ', did not end' : ', took ' + seconds(to - from)) + (where ? ' · ' + where : ''), 'small', item);
  if (error !== null) line(error, 'small', item).className = 'error';
  item.classList.toggle('failed', error !== null || to === null);
  item.onclick = () => show(from);
  return item;
});
function show(at) {
  place.value = at;
  const index = Math.max(0, frames.findLastIndex((frame) => frame.at <= at));
  const frame = frames[index];
  if (frame !== undefined) picture.src = figures[index].querySelector('img').src;
  time.textContent = seconds(at) + (frame === undefined ? '' : ' · page ' + frame.page);
  figures.forEach((figure, number) => figure.classList.toggle('now', number === index));
  const current = actions.findLastIndex(({ from }) => from <= at);
  items.forEach((item, number) => item.classList.toggle('now', number === current));
  items[current]?.scrollIntoView({ block: 'nearest' });
}
let timer;
const stop = () => { clearInterval(timer); timer = undefined; play.textContent = 'Play'; };
play.onclick = () => {
  if (timer !== undefined) return stop();
  if (Number(place.value) >= end) show(0);
  play.textContent = 'Pause';
  timer = setInterval(() => { show(Math.min(end, Number(place.value) + 50)); if (Number(place.value) >= end) stop(); }, 50);
};
place.oninput = () => { stop(); show(Number(place.value)); };
figures.forEach((figure, index) => { figure.onclick = () => { stop(); show(frames[index].at); }; });
onkeydown = ({ key }) => {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[key];
  if (step === undefined) return;
  stop();
  const index = Math.max(0, frames.findLastIndex((frame) => frame.at <= Number(place.value)));
  show(frames[Math.min(frames.length - 1, Math.max(0, index + step))]?.at ?? 0);
};
show(actions.findLast(({ error, to }) => error !== null || to === null)?.from ?? 0);
`;
