import { html, nothing } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import { Part } from './page.js';
import { live } from './live.js';
import './pages/runs.js';
import './pages/new-run.js';
import './pages/run.js';
import './pages/variant.js';
import './pages/compare.js';
import './pages/failures.js';

const PLACES = [['#/', 'Runs'], ['#/compare', 'Compare'], ['#/failures', 'Failures']];

/** Someone typed a percent sign that stands for nothing. */
function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function page(path, query) {
  const parts = path.split('/').filter(Boolean).map(decoded);
  if (parts.length === 0) return ['Runs', html`<ld-runs></ld-runs>`];
  if (parts[0] === 'new') return ['New run', html`<ld-new-run .from=${query.get('from')}></ld-new-run>`];
  if (parts[0] === 'compare') {
    return ['Compare', html`<ld-compare .chosen=${query.getAll('variant')}></ld-compare>`];
  }
  if (parts[0] === 'failures') return ['Failures', html`<ld-failures></ld-failures>`];
  if (parts[0] === 'runs' && parts.length === 2) {
    return [`Run ${parts[1]}`, html`<ld-run .runId=${parts[1]}></ld-run>`];
  }
  if (parts[0] === 'runs' && parts.length === 3) {
    return [`${parts[2]} of ${parts[1]}`,
      html`<ld-variant .runId=${parts[1]} .name=${parts[2]}></ld-variant>`];
  }
  return ['Nothing here', html`<h1>Nothing here</h1><p><a href="#/">All runs</a></p>`];
}

class App extends Part {
  static properties = { hash: { state: true }, line: { state: true }, theme: { state: true } };

  constructor() {
    super();
    this.hash = location.hash;
    this.line = true;
    this.theme = localStorage.getItem('theme') || '';
    this.paint();
    live.addEventListener('line', () => { this.line = live.connected; });
    window.addEventListener('hashchange', () => {
      this.hash = location.hash;
      this.moved = true;
    });
    live.start();
  }

  paint() {
    if (this.theme) document.documentElement.dataset.theme = this.theme;
    else delete document.documentElement.dataset.theme;
    window.dispatchEvent(new Event('theme'));
  }

  turn() {
    const dark = this.theme
      ? this.theme === 'dark'
      : matchMedia('(prefers-color-scheme: dark)').matches;
    this.theme = dark ? 'light' : 'dark';
    localStorage.setItem('theme', this.theme);
    this.paint();
  }

  render() {
    const [path, query = ''] = this.hash.replace(/^#/, '').split('?');
    const [title, content] = page(path, new URLSearchParams(query));
    document.title = `${title} · laptop-diff`;
    const here = `#/${path.split('/')[1] || ''}`;
    return html`
      <a class="skip" href="#main" @click=${(e) => { e.preventDefault(); this.querySelector('main').focus(); }}>Skip to content</a>
      <header><div class="bar">
        <a class="brand" href="#/"><img src="/icon.svg" alt="" width="24" height="24"> laptop-diff</a>
        <nav aria-label="Main">
          ${PLACES.map(([to, name]) => html`
            <a href=${to} aria-current=${to === here || (to === '#/' && here === '#/runs') ? 'page' : nothing}>${name}</a>`)}
        </nav>
        <a class="button primary" href="#/new">New run</a>
        <button class="ghost" @click=${this.turn} aria-label="Switch between light and dark" title="Light or dark">◐</button>
      </div></header>
      <div role="status" class="line">${this.line ? nothing : html`<p>Offline, reconnecting. What you see may be old.</p>`}</div>
      <main id="main" tabindex="-1">${keyed(path, content)}</main>
      <footer><a href="/q/openapi?format=json">OpenAPI</a> · <a href="/q/metrics">Metrics</a> · <a href="/q/health">Health</a></footer>`;
  }

  updated() {
    if (this.moved) {
      this.moved = false;
      this.querySelector('main').focus();
      window.scrollTo(0, 0);
    }
  }
}
customElements.define('ld-app', App);
