import './engine.ts';
import '../lifecycle.test.ts';
