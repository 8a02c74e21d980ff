import './engine.ts';
import '../errors.test.ts';
