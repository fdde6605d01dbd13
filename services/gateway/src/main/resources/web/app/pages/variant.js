import { html, nothing } from 'lit';
import { Page } from '../page.js';
import { get, getIfThere } from '../api.js';
import { axis, colour } from '../chart.js';
import { chip, figures, stage } from '../parts/bits.js';
import { bytes, large, number, percent, points } from '../format.js';

class Variant extends Page {
  static properties = {
    ...Page.properties, runId: {}, name: {}, run: { state: true }, history: { state: true }, files: { state: true },
  };

  /** The history is long. */
  pause = 3000;

  get path() {
    return `/runs/${encodeURIComponent(this.runId)}`;
  }

  concerns(summary) {
    return summary.runId === this.runId;
  }

  async load() {
    const [run, history, files] = await Promise.all([
      get(this.path),
      getIfThere(`${this.path}/variants/${encodeURIComponent(this.name)}/history`),
      get(`${this.path}/artifacts`)]);
    const variant = run.variants.find((v) => v.name === this.name);
    if (!variant) throw new Error(`The run has no variant '${this.name}'.`);
    this.run = run;
    this.variant = variant;
    this.history = history;
    this.files = files.artifacts.filter((f) => f.path.startsWith(`${this.name}/`) || f.path.startsWith('teacher/') || !f.path.includes('/'));
  }

  file(path) {
    return `/api/v1${this.path}/artifacts/${path.split('/').map(encodeURIComponent).join('/')}`;
  }

  content() {
    const v = this.variant;
    return html`
      <p><a href="#/runs/${encodeURIComponent(this.runId)}">← ${this.runId}</a></p>
      <div class="title"><h1>${v.name}</h1> ${chip(v.state)}
        ${v.plan ? html`<span>−${percent(v.plan.achievedRatio)}: ${large(v.plan.studentParameters)} of ${large(v.plan.teacherParameters)} parameters</span>` : nothing}</div>
      ${this.training()} ${this.sheet()} ${this.metrics()} ${this.artifacts()} ${this.code()}`;
  }

  training() {
    const steps = this.history?.steps ?? [];
    if (steps.length === 0) return html`<section class="card"><h2>Distillation</h2><p class="quiet">${this.run.spec?.planOnly ? 'This run ends with its plans.' : 'No step is reported yet.'}</p></section>`;
    const last = steps[steps.length - 1];
    const stages = last.losses.features.map((f) => f.stage);
    const feature = (stage, of) => steps.map((s) => [s.step, s.losses.features.find((f) => f.stage === stage)?.[of]]);
    return html`
      <section class="card"><h2>Distillation</h2>
        <p>${stage('distillation', this.variant.distillation)} <span class="figures">${number(1 / last.secondsPerStep)} steps/s · gradient norm ${number(last.gradientNorm)}</span></p>
        ${chart('Losses', [['total', steps.map((s) => [s.step, s.losses.total])], ['task', steps.map((s) => [s.step, s.losses.task])], ['output', steps.map((s) => [s.step, s.losses.output])]])}
        <div class="pair">
          ${chart('Feature terms, raw', stages.map((s) => [s, feature(s, 'raw')]))}
          ${chart('Feature terms, normalized', stages.map((s) => [s, feature(s, 'normalized')]))}
          ${chart('Weights a_i', stages.map((s) => [s, feature(s, 'weight')]))}
          ${chart('Learning rate', [['learning rate', steps.map((s) => [s.step, s.learningRate])]], 'value')}
          ${chart('Seconds per step', [['seconds', steps.map((s) => [s.step, s.secondsPerStep])]], 'value')}
        </div>
        ${figures('Newest step as a table', ['Stage', 'Raw', 'Normalized', 'a_i'], last.losses.features.map((f) => [f.stage, number(f.raw), number(f.normalized), number(f.weight)]))}
        <h3>Checkpoints</h3>
        ${this.history.checkpoints.length ? html`<ul class="plain">${this.history.checkpoints.map((c) => html`<li>step ${c.step} <code>${c.location}</code></li>`)}</ul>` : html`<p class="quiet">None yet.</p>`}
      </section>`;
  }

  sheet() {
    const sheet = this.files.find((f) => f.path === `${this.name}/evaluation/sheet.png`);
    return sheet ? html`<section class="card"><h2>Teacher and student</h2>
      <p class="quiet">The same prompts and seeds, side by side.</p>
      <img class="sheet" src=${this.file(sheet.path)} alt="Images of teacher and student for the same prompts and seeds"></section>` : nothing;
  }

  metrics() {
    const { teacherMetrics: teacher, studentMetrics: student, declines, gatesFailed } = this.variant;
    if (!student) return nothing;
    const gates = Object.fromEntries((this.run.spec.evaluation?.gates ?? []).map((g) => [g.score, g.maximumDeclinePercent]));
    const interval = (score) => (score ? `${number(score.mean, 4)} [${number(score.low, 4)}, ${number(score.high, 4)}]` : '–');
    const rows = [
      ['Parameters', large(teacher.parameters), large(student.parameters), ''],
      ['MACs of a call', large(teacher.macs), large(student.macs), ''],
      ['Latency of a call', `${number(teacher.latencyMillis)} ms`, `${number(student.latencyMillis)} ms`, ''],
      ['Retrieval accuracy', percent(teacher.retrievalAccuracy), percent(student.retrievalAccuracy), ''],
      ['Fréchet distance', number(teacher.frechetDistance), number(student.frechetDistance), ''],
      ...Object.keys(student.scores).map((s) => [s, interval(teacher.scores[s]), interval(student.scores[s]),
        declines[s] ? `${points(declines[s].percent)} [${points(declines[s].low)}, ${points(declines[s].high)}]` : '–']),
    ];
    return html`<section class="card"><h2>Evaluation</h2>
      <div class="scroll" tabindex="0" role="region" aria-label="Evaluation"><table>
        <thead><tr><th scope="col">Measure</th><th scope="col">Teacher</th><th scope="col">Student</th><th scope="col">Change</th><th scope="col">Gate</th></tr></thead>
        <tbody>${rows.map(([name, ...cells]) => html`<tr><th scope="row">${name}</th>${cells.map((c) => html`<td>${c}</td>`)}
          <td>${gates[name] == null ? '' : gatesFailed.includes(name) ? html`<span class="bad">failed (at most −${gates[name]} %)</span>` : html`<span class="good">passed (at most −${gates[name]} %)</span>`}</td></tr>`)}</tbody>
      </table></div><p class="quiet">Brackets are 95 % intervals, prompts and seeds paired.</p></section>`;
  }

  artifacts() {
    return html`<section class="card"><h2>Artifacts</h2>
      ${this.variant.student ? html`<p><a class="button primary" download href="/api/v1${this.path}/archive?under=${encodeURIComponent(`${this.name}/student`)}">Download the student</a></p>` : nothing}
      ${this.files.length ? html`<details><summary>${this.files.length} files</summary><ul class="plain">${this.files.map((f) => html`<li><a href=${this.file(f.path)} download>${f.path}</a> <span class="quiet">${bytes(f.bytes)}</span></li>`)}</ul></details>` : html`<p class="quiet">None yet.</p>`}
    </section>`;
  }

  code() {
    const student = this.variant.student;
    if (!student) return nothing;
    const path = student.replace(/^file:\/*/, '/').replace(/\/$/, '');
    return html`<section class="card"><h2>Use it</h2>
      <h3>Python, diffusers</h3>
      <pre class="scroll" tabindex="0">from diffusers import DiffusionPipeline

# trust_remote_code: the directory brings the class of its pruned U-Net, unet/pruned_unet.py
pipeline = DiffusionPipeline.from_pretrained("${path}", trust_remote_code=True)
pipeline("a small red circle").images[0].save("out.png")</pre>
      <h3>Java, DJL</h3>
      <pre class="scroll" tabindex="0">try (NDManager manager = NDManager.newBaseManager();
        StableDiffusionPipeline pipeline = StableDiffusionPipeline.load(Path.of("${path}"), manager)) {
    BufferedImage image = pipeline.generate(List.of("a small red circle"), new long[] {0}, 25, 7.5).get(0);
}</pre></section>`;
  }
}

function chart(title, series, type = 'log') {
  const positive = (data) => data.filter(([, y]) => y != null && (type !== 'log' || y > 0));
  return html`<figure><figcaption>${title}</figcaption>
    <ld-chart label=${title} height="240" .option=${() => ({
      legend: { type: 'scroll', top: 0, textStyle: { color: colour('text') } },
      tooltip: { trigger: 'axis', valueFormatter: (v) => number(v) },
      xAxis: axis('step', { type: 'value', max: 'dataMax' }),
      yAxis: axis('', { type, axisLabel: { color: colour('quiet'), formatter: (v) => number(v, 2) } }),
      series: series.map(([name, data]) => ({ name, type: 'line', showSymbol: data.length < 2, data: positive(data) })),
    })}></ld-chart></figure>`;
}
customElements.define('ld-variant', Variant);
