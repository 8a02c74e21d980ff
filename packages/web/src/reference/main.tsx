import { render } from 'preact';
import '../look/page.css';
import { Reference } from './reference.tsx';

const root = document.getElementById('app');
if (root !== null) render(<Reference />, root);
