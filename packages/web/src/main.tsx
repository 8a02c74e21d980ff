import { render } from 'preact';
import './look/page.css';
import { App } from './app.tsx';
import { readLink } from './script/share.ts';

const linked = await readLink(location.hash);
// What a link brought is in the draft from here on; a reload shall not undo what is changed in it.
if (linked !== null) history.replaceState(null, '', location.pathname + location.search);
const root = document.getElementById('app');
if (root !== null) render(<App linked={linked} />, root);
