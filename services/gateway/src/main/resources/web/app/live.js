/** A line that says nothing for so long is dead: the gateway gives signs of life far more often. */
const SILENCE = 60_000;

/**
 * One stream of every run's changes for the whole page. The browser reconnects by itself and sends
 * the last id, so nothing is missed; listeners hear of summaries, whether the line is up, and when
 * to look again for themselves. A page that nobody sees has no stream: a browser opens only a few
 * to one place.
 */
class Live extends EventTarget {
  #source;
  #watch;
  connected = true;

  constructor() {
    super();
    window.addEventListener('offline', () => this.#line(false));
    // the stream may have lived through it, and then nothing opens again
    window.addEventListener('online', () => this.#source?.readyState === EventSource.OPEN && this.#opened());
    document.addEventListener('visibilitychange', () => (document.hidden ? this.#close() : this.start()));
  }

  start() {
    if (this.#source || document.hidden) return;
    const source = new EventSource('/api/v1/events?status=true');
    this.#source = source;
    this.#heard();
    source.addEventListener('status', (event) => {
      this.#heard();
      this.dispatchEvent(new CustomEvent('status', { detail: JSON.parse(event.data) }));
    });
    source.addEventListener('heartbeat', () => this.#heard());
    source.addEventListener('missed', () => this.dispatchEvent(new Event('again')));
    source.addEventListener('open', () => this.#opened());
    source.addEventListener('error', () => {
      this.#line(false);
      // a refused stream (503 after a restart of the gateway) is closed for good
      if (source.readyState === EventSource.CLOSED) this.#anew();
    });
  }

  /** Also of the first: the page asked before the stream began, and what changed between them is on neither. */
  #opened() {
    this.#heard();
    this.#line(true);
    this.dispatchEvent(new Event('again'));
  }

  #heard() {
    clearTimeout(this.#watch);
    this.#watch = setTimeout(() => {
      this.#line(false);
      this.#anew();
    }, SILENCE);
  }

  #anew() {
    this.#close();
    setTimeout(() => this.start(), 2000);
  }

  #close() {
    clearTimeout(this.#watch);
    this.#source?.close();
    this.#source = undefined;
  }

  #line(up) {
    if (this.connected === up) return;
    this.connected = up;
    this.dispatchEvent(new Event('line'));
  }
}

export const live = new Live();
