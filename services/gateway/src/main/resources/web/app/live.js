/**
 * One stream of every run's changes for the whole page. The browser reconnects by itself and sends
 * the last id, so nothing is missed; listeners hear of summaries, and whether the line is up.
 */
class Live extends EventTarget {
  #source;
  connected = true;

  start() {
    if (this.#source) return;
    this.#source = new EventSource('/api/v1/events?status=true');
    this.#source.addEventListener('status', (event) =>
      this.dispatchEvent(new CustomEvent('status', { detail: JSON.parse(event.data) })));
    this.#source.addEventListener('missed', () => this.dispatchEvent(new Event('again')));
    this.#source.addEventListener('open', () => this.#line(true));
    this.#source.addEventListener('error', () => {
      this.#line(false);
      // a refused stream (503 after a restart of the gateway) is closed for good
      if (this.#source.readyState === EventSource.CLOSED) {
        this.#source = undefined;
        setTimeout(() => this.start(), 2000);
      }
    });
  }

  constructor() {
    super();
    window.addEventListener('offline', () => this.#line(false));
    // the stream may have lived through it, and then nothing opens again
    window.addEventListener('online', () =>
      this.#source?.readyState === EventSource.OPEN && this.#line(true));
  }

  #line(up) {
    const changed = this.connected !== up;
    this.connected = up;
    if (changed) {
      this.dispatchEvent(new Event('line'));
      if (up) this.dispatchEvent(new Event('again'));
    }
  }
}

export const live = new Live();
