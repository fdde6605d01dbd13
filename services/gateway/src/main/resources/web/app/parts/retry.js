import { newKey, post } from '../api.js';

/** Of what was asked for and not answered: the same key again gives the same run. */
const keys = new Map();

/**
 * Asks for a variant that failed once more, or without a name for the whole run: a new run either
 * way, and only one however often it is asked for before the answer.
 */
export async function tryAgain(run, name) {
  const failed = `${run.runId}/${name ?? ''}`;
  const key = keys.get(failed) ?? newKey();
  keys.set(failed, key);
  const headers = { 'Idempotency-Key': key };
  try {
    const made = name
      ? await post(`/runs/${encodeURIComponent(run.runId)}/variants/${encodeURIComponent(name)}/retry`, undefined, headers)
      : await post('/runs', run.spec, headers);
    keys.delete(failed);
    return made;
  } catch (problem) {
    if (problem.status >= 400 && problem.status < 500) keys.delete(failed);
    throw problem;
  }
}
