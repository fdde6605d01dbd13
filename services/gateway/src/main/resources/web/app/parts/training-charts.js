import { html } from 'lit';
import { Part } from '../page.js';
import { axis, colour, legend } from '../chart.js';
import { figures } from './bits.js';
import { number } from '../format.js';

/** down_blocks.1 as D1: legends are narrow. */
const short = (stage) => stage.replace(/^(\w)\w*_blocks\.(\d+)$/, (_, place, i) => place.toUpperCase() + i).replace('mid_block', 'M');

/** How a student's training goes, from its history: every term of the loss, and what drives it. */
class Training extends Part {
  static properties = { steps: { attribute: false }, batch: { type: Number } };

  render() {
    const { steps } = this;
    const last = steps.at(-1);
    const of = (value) => steps.map((s) => [s.step, value(s)]);
    const stages = last.losses.features.map((f) => f.stage);
    const features = (what) => stages.map((stage) =>
      [short(stage), of((s) => s.losses.features.find((f) => f.stage === stage)?.[what])]);
    return html`
      ${chart('Losses', [['total', of((s) => s.losses.total)], ['task', of((s) => s.losses.task)], ['output', of((s) => s.losses.output)]], { height: 300 })}
      <div class="pair">
        ${chart('Feature terms, raw', features('raw'))}
        ${chart('Feature terms, normalized', features('normalized'))}
        ${chart('Weights of feature terms, a_i', features('weight'))}
        ${chart('Gradient norm', [['gradient norm', of((s) => s.gradientNorm)]], { type: 'value' })}
        ${chart('Learning rate', [['learning rate', of((s) => s.learningRate)]], { type: 'value' })}
        ${chart('Throughput, images per second', [['images per second', of((s) => this.batch / s.secondsPerStep)]], { type: 'value' })}
      </div>
      ${figures('Losses as a table', ['Step', 'Total', 'Task', 'Output', 'Learning rate', 'Seconds'],
        thinned(steps).map((s) => [s.step, number(s.losses.total), number(s.losses.task), number(s.losses.output), number(s.learningRate), number(s.secondsPerStep)]))}
      ${figures('Feature terms of the newest step as a table', ['Stage', 'Raw', 'Normalized', 'a_i'],
        last.losses.features.map((f) => [f.stage, number(f.raw), number(f.normalized), number(f.weight)]))}`;
  }
}

/** About twenty rows: enough to follow the curve, few enough to listen to. */
function thinned(steps) {
  const stride = Math.ceil(steps.length / 20);
  return steps.filter((_, i) => i % stride === 0 || i === steps.length - 1);
}

function chart(title, series, { type = 'log', height = 220 } = {}) {
  const drawn = (data) => data.filter(([, y]) => y != null && (type !== 'log' || y > 0));
  return html`<figure><figcaption>${title}</figcaption>
    <ld-chart label=${title} height=${height} group="training" .option=${() => ({
      legend: legend({ show: series.length > 1 }),
      grid: { left: 64, right: 12, top: series.length > 1 ? 32 : 12, bottom: 28 },
      tooltip: { trigger: 'axis', valueFormatter: (v) => number(v) },
      xAxis: axis('', { type: 'value', max: 'dataMax', splitLine: { show: false }, axisLabel: { color: colour('quiet'), showMaxLabel: false } }),
      yAxis: axis('', { type, axisLabel: { color: colour('quiet'), hideOverlap: true, formatter: (v) => number(v, 2) } }),
      series: series.map(([name, data]) => ({ name, type: 'line', lineStyle: { width: 1.5 }, showSymbol: data.length < 2, data: drawn(data) })),
    })}></ld-chart></figure>`;
}
customElements.define('ld-training', Training);
