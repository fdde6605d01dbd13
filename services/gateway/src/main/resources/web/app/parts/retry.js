import { newKey, post } from '../api.js';

/** Asks for a variant that failed once more, or without a name for the whole run: a new run either way. */
export const tryAgain = (run, name) =>
  name
    ? post(`/runs/${encodeURIComponent(run.runId)}/variants/${encodeURIComponent(name)}/retry`)
    : post('/runs', run.spec, { 'Idempotency-Key': newKey() });
