import { runTailLoad } from './tail-load.js';
import { serveWork } from './worker.js';

serveWork(runTailLoad);
