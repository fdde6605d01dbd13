/** What the gateway refused, as problem details (RFC 9457). */
export class Problem extends Error {
  constructor(status, body) {
    super(body.detail || body.title || `the gateway answered ${status}`);
    this.status = status;
    this.errors = body.errors || [];
  }
}

async function ask(path, options = {}) {
  let response;
  try {
    response = await fetch(`/api/v1${path}`, options);
  } catch {
    throw new Problem(0, { detail: 'The gateway cannot be reached.' });
  }
  const text = await response.text();
  let body = {};
  try {
    body = text ? JSON.parse(text) : {};
  } catch {
    body = { detail: text.slice(0, 300) };
  }
  if (!response.ok) throw new Problem(response.status, body);
  return body;
}

export const get = (path) => ask(path);

/** Null where there is nothing yet, or any more. */
export const getIfThere = (path) =>
  ask(path).catch((problem) => {
    if (problem.status === 404 || problem.status === 410) return null;
    throw problem;
  });

export const post = (path, body, headers = {}) =>
  ask(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
  });

export const remove = (path) => ask(path, { method: 'DELETE' });

/** A key under which a request may be sent again; randomUUID is missing without TLS. */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((b) => b.toString(16).padStart(2, '0')).join('');
}
