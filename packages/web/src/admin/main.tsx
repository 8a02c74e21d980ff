import { render } from 'preact';
import '../look/page.css';
import './admin.css';
import { Admin } from './admin.tsx';

const root = document.getElementById('app');
if (root !== null) render(<Admin />, root);
