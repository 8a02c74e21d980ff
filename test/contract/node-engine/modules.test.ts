import './engine.ts';
import '../modules.test.ts';
