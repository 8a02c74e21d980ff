import './engine.ts';
import '../limits.test.ts';
