import { render } from 'preact';
import './look/page.css';
import { App } from './app.tsx';
import { readLink } from './script/share.ts';
import { shareIdIn } from './script/stored.ts';

const linked = await readLink(location.hash);
const shared = shareIdIn(location.hash);
// What a link brought is in the draft from here on; a reload shall not undo what is changed in it.
if (linked !== null) history.replaceState(null, '', location.pathname + location.search);
// A link that is followed from this page, or typed over its address.
addEventListener('hashchange', () => location.reload());
const root = document.getElementById('app');
if (root !== null) render(<App linked={linked} shared={shared} />, root);
