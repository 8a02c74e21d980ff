import './engine.ts';
import '../helpers.test.ts';
