import { html, nothing } from 'lit';
import { Page } from '../page.js';
import { get, getIfThere } from '../api.js';
import { tryAgain } from '../parts/retry.js';
import { chip, failure, stage } from '../parts/bits.js';
import '../parts/training-charts.js';
import { ENDED, bytes, large, number, percent, points } from '../format.js';

const change = (now, before) => `${now > before ? '+' : '−'}${percent(Math.abs(1 - now / before))}`;

const stepOf = (directory) => Number(directory.replace('step-', ''));

/** Of a file: URI, which has spaces and the like encoded; other places stay as they are. */
const localPath = (location) =>
  (location.startsWith('file:') ? decodeURIComponent(location.replace(/^file:\/*/, '/')) : location).replace(/\/$/, '');

/** The first, the last, and some between them at even distances. */
const thinned = (list, most) =>
  (list.length <= most ? list : Array.from({ length: most }, (_, i) => list[Math.round((i * (list.length - 1)) / (most - 1))]));

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
    const [run, history, files, captions] = await Promise.all([
      get(this.path),
      getIfThere(`${this.path}/variants/${encodeURIComponent(this.name)}/history`),
      get(`${this.path}/artifacts`),
      getIfThere(`${this.path}/artifacts/${encodeURIComponent(this.name)}/samples/samples.json`)]);
    const variant = run.variants.find((v) => v.name === this.name);
    if (!variant) throw new Error(`The run has no variant '${this.name}'.`);
    this.run = run;
    this.requireNewest(run);
    this.variant = variant;
    this.history = history;
    this.captions = captions;
    this.files = files.artifacts.filter((f) => f.path.startsWith(`${this.name}/`) || f.path.startsWith('teacher/') || !f.path.includes('/'));
  }

  file(path) {
    return `/api/v1${this.path}/artifacts/${path.split('/').map(encodeURIComponent).join('/')}`;
  }

  content() {
    const v = this.variant;
    return html`
      <nav class="up" aria-label="Up"><a href="#/runs/${encodeURIComponent(this.runId)}">← ${this.runId}</a></nav>
      <div class="title"><h1>${v.name}</h1> ${chip(v.state)}</div>
      ${this.headline()} ${this.failures()}
      ${ENDED.includes(v.state) ? [this.metrics(), this.sheet(), this.training(), this.samples()] : [this.training(), this.samples(), this.metrics(), this.sheet()]}
      ${this.artifacts()} ${this.code()}`;
  }

  failures() {
    const mine = this.run.failures.filter((item) => item.variant === this.name);
    return mine.length ? html`<section class="card bad-card"><h2>Failures</h2><ul class="plain">${mine.map((item) => failure(item, this.run, this.run.cancelRequested ? null : () => this.retry()))}</ul></section>` : nothing;
  }

  async retry() {
    try {
      const run = await tryAgain(this.run, this.name);
      location.hash = `#/runs/${encodeURIComponent(run.runId)}`;
    } catch (problem) {
      this.problem = problem;
    }
  }

  /** What it came to, in one line of figures. */
  headline() {
    const { plan, teacherMetrics: teacher, studentMetrics: student, declines } = this.variant;
    if (!plan) return nothing;
    const less = (now, before) => html`<span class="figures">${change(now, before)}</span>`;
    return html`<dl class="tiles">
      <div><dt>Parameters</dt><dd>${large(plan.studentParameters)} ${less(plan.studentParameters, plan.teacherParameters)}</dd></div>
      ${student ? html`
        <div><dt>Latency of a call</dt><dd>${number(student.latencyMillis)} ms ${less(student.latencyMillis, teacher.latencyMillis)}</dd></div>
        <div><dt>MACs of a call</dt><dd>${large(student.macs)} ${less(student.macs, teacher.macs)}</dd></div>` : html`
        <div><dt>Predicted loss</dt><dd>${number(plan.predictedLoss)}</dd></div>
        ${plan.measuredLoss == null ? nothing : html`<div><dt>Measured loss</dt><dd>${number(plan.measuredLoss)} <span class="figures">± ${number(plan.measuredLossError)}</span></dd></div>`}`}
      ${Object.entries(declines).map(([score, d]) => html`
        <div><dt>${score}</dt><dd class=${this.variant.gatesFailed.includes(score) ? 'bad' : ''}>${points(d.percent)}
          <span class="figures">${points(d.low)} to ${points(d.high)}</span></dd></div>`)}
    </dl>`;
  }

  training() {
    const steps = this.history?.steps ?? [];
    if (steps.length === 0) return html`<section class="card"><h2>Distillation</h2><p class="quiet">${this.run.spec?.planOnly ? 'This run ends with its plans.' : 'No step is reported yet.'}</p></section>`;
    const last = steps.at(-1);
    const recipe = this.run.spec?.distillation ?? {};
    const { images } = this.variant;
    return html`
      <section class="card"><h2>Distillation</h2>
        <p>${stage('distillation', this.variant.distillation)}</p>
        <p class="figures">${number(1 / last.secondsPerStep)} steps a second · gradient norm ${number(last.gradientNorm)}${images ? ` · ${images.used} images` : ''}${Object.entries(images?.leftOut ?? {}).map(([why, n]) => `, ${n} left out: ${why}`)}</p>
        <ld-training .steps=${steps} batch=${(recipe.batchSize ?? 1) * (recipe.gradientAccumulation ?? 1)}></ld-training>
        <h3>Checkpoints</h3>
        ${this.history.checkpoints.length
          ? html`<details class="figures-table"><summary>${this.history.checkpoints.length}, the newest at step ${this.history.checkpoints.at(-1).step}</summary>
            <ul class="plain">${this.history.checkpoints.map((c) => html`<li>${c.step} <code>${c.location}</code></li>`)}</ul></details>`
          : html`<p class="quiet">None yet.</p>`}
      </section>`;
  }

  /** The same captions and seeds, again and again as the student learns, beside the teacher's. */
  samples() {
    if (!this.captions) return nothing;
    const start = `${this.name}/samples/`;
    const drawn = new Map();
    for (const file of this.files.filter((f) => f.path.startsWith(start) && f.path.endsWith('.png'))) {
      const key = file.path.slice(start.length).split('/')[0];
      drawn.set(key, [...(drawn.get(key) ?? []), file]);
    }
    const steps = thinned([...drawn.keys()].filter((key) => key.startsWith('step-')).sort((a, b) => stepOf(a) - stepOf(b)), 8);
    const columns = ['teacher', ...steps].filter((key) => drawn.has(key));
    const label = (key) => (key === 'teacher' ? 'Teacher' : `Step ${stepOf(key)}`);
    return html`<section class="card"><h2>Images on the way</h2>
      <p class="quiet">Drawn from the first captions of the data set, always with the same seeds, in ${this.captions.inferenceSteps} steps.</p>
      ${this.captions.captions.map((caption, i) => html`<h3>${caption || 'No caption'}</h3>
        <ul class="strip scroll" tabindex="0" aria-label="Images of: ${caption || 'no caption'}">${columns.map((key) => {
          const file = drawn.get(key)[i];
          return file ? html`<li><a href=${this.file(file.path)}><img loading="lazy" src=${this.file(file.path)} alt="${label(key)}: ${caption}"></a><span>${label(key)}</span></li>` : nothing;
        })}</ul>`)}
    </section>`;
  }

  sheet() {
    const sheet = this.files.find((f) => f.path === `${this.name}/evaluation/sheet.png`);
    const samples = this.files.filter((f) => f.path.startsWith(`${this.name}/evaluation/images/`) && f.path.endsWith('.png'));
    if (!sheet && samples.length === 0) return nothing;
    return html`<section class="card"><h2>Images</h2>
      ${sheet ? html`<p class="quiet">Teacher and student, the same prompts and seeds, side by side.</p>
        <img class="sheet" loading="lazy" src=${this.file(sheet.path)} alt="Images of teacher and student for the same prompts and seeds">` : nothing}
      ${samples.length ? html`<details class="figures-table"><summary>All ${samples.length} images of the student</summary>
        <ul class="samples">${samples.map((f, i) => html`<li><a href=${this.file(f.path)}><img loading="lazy" src=${this.file(f.path)} alt="Image ${i + 1} of the student"></a></li>`)}</ul></details>` : nothing}
    </section>`;
  }

  metrics() {
    const { teacherMetrics: teacher, studentMetrics: student, declines, gatesFailed } = this.variant;
    if (!student) return nothing;
    const gates = Object.fromEntries((this.run.spec.evaluation?.gates ?? []).map((g) => [g.score, g.maximumDeclinePercent]));
    const interval = (score) => (score ? `${number(score.mean, 4)} [${number(score.low, 4)}, ${number(score.high, 4)}]` : '–');
    const rows = [
      ['Parameters', large(teacher.parameters), large(student.parameters), change(student.parameters, teacher.parameters)],
      ['MACs of a call', large(teacher.macs), large(student.macs), change(student.macs, teacher.macs)],
      ['Latency of a call', `${number(teacher.latencyMillis)} ms`, `${number(student.latencyMillis)} ms`, change(student.latencyMillis, teacher.latencyMillis)],
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
    const path = localPath(student);
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

customElements.define('ld-variant', Variant);
