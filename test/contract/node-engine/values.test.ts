import './engine.ts';
import '../values.test.ts';
