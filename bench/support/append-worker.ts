import { runAppendLoad } from './append-load.js';
import { serveWork } from './worker.js';

serveWork(runAppendLoad);
