import './engine.ts';
import '../entry.test.ts';
