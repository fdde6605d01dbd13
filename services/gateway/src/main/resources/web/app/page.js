import { LitElement, html, nothing } from 'lit';
import { live } from './live.js';

/** A page or a part of one: in the document's own tree, so that one style sheet and axe see it. */
export class Part extends LitElement {
  createRenderRoot() {
    return this;
  }
}

/** A page that loads something, and loads it again when a run that it shows has changed. */
export class Page extends Part {
  static properties = { problem: { state: true }, loaded: { state: true } };

  /** Milliseconds that must lie between two loads: a status may change at every step. */
  pause = 1000;

  connectedCallback() {
    super.connectedCallback();
    this.onStatus = ({ detail }) => {
      if (!this.concerns(detail)) return;
      this.heardAt = detail.occurredAt;
      this.soon();
    };
    this.onAgain = () => this.soon();
    live.addEventListener('status', this.onStatus);
    live.addEventListener('again', this.onAgain);
    this.refresh();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    live.removeEventListener('status', this.onStatus);
    live.removeEventListener('again', this.onAgain);
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  /** Whether a run's change is of interest here. */
  concerns() {
    return true;
  }

  soon() {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.refresh();
    }, this.pause);
  }

  /** One load at a time: an older answer never comes after a newer one. */
  async refresh() {
    this.wanted = true;
    if (this.loading) return;
    this.loading = true;
    while (this.wanted && this.isConnected) {
      this.wanted = false;
      try {
        await this.load();
        this.problem = undefined;
        this.loaded = true;
      } catch (problem) {
        this.problem = problem;
        if ((problem.status === 503 || problem.status === 0) && this.isConnected) this.soon();
      }
      this.requestUpdate();
    }
    this.loading = false;
  }

  /** The stream may be ahead of what a question is answered from: then it is asked once more. */
  requireNewest(run) {
    if (Date.parse(run.occurredAt) < Date.parse(this.heardAt)) this.soon();
  }

  render() {
    return html`
      ${this.problem
        ? html`<p class="problem" role="alert">${this.problem.message}</p>`
        : nothing}
      ${this.loaded ? this.content() : this.problem ? nothing : html`<p class="quiet">Loading …</p>`}`;
  }
}
