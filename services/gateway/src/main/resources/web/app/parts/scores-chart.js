import { html } from 'lit';
import { Part } from '../page.js';
import { axis, colour, escaped, legend } from '../chart.js';
import { figures } from './bits.js';
import { large, number, unitName } from '../format.js';

const KINDS = [['resnet', 'Resnets', 'series-1'], ['transformer', 'Transformers', 'series-2']];
const FADED = 0.28;

/** The file has the output loss in a place of its own, and all other criteria by name. */
export const meanOf = (unit, criterion) =>
  (criterion === 'output-loss' ? unit.score : unit.criteria?.[criterion]) ?? {};

/** A bar per unit in execution order, on a logarithmic scale, with standard errors; what a plan removes is faded. */
class Scores extends Part {
  static properties = { scores: { attribute: false }, removed: { attribute: false }, criterion: { state: true } };

  mean(unit) {
    return meanOf(unit, this.chosen);
  }

  get chosen() {
    return this.criterion ?? this.scores.criteria[0];
  }

  render() {
    const { units, samples, criteria } = this.scores;
    return html`
      ${criteria.length > 1 ? html`<p class="choices" role="group" aria-label="Criterion">${criteria.map((c) => html`
        <button class="ghost" aria-pressed=${c === this.chosen} @click=${() => { this.criterion = c; }}>${c}</button>`)}</p>` : ''}
      <ld-chart height="320" label="Scores of ${units.length} units by ${this.chosen}" .option=${() => this.option()}></ld-chart>
      <p class="quiet">By ${this.chosen}, over ${samples} samples, on a logarithmic scale; whiskers are one standard error.
        A low bar costs little to remove; faded ones go in the plan that is drawn.</p>
      ${figures('Scores as a table', ['Unit', 'Kind', 'Parameters', 'Score', 'Standard error', 'Removed'],
        units.map((u) => [u.unit, u.kind, large(u.parameters), number(this.mean(u).mean), number(this.mean(u).standardError), this.removed?.has(u.unit) ? 'yes' : 'no']))}`;
  }

  option() {
    const { units } = this.scores;
    const means = units.map((u) => this.mean(u).mean).filter((m) => m > 0);
    // a logarithm has no zero to stand on: the bars begin a little below the least of them
    const floor = means.length ? 10 ** Math.floor(Math.log10(Math.min(...means)) - 0.1) : 1e-6;
    const of = (u) => Math.max(this.mean(u).mean ?? 0, floor);
    const error = (u) => this.mean(u).standardError || 0;
    return {
      legend: legend({ data: KINDS.map(([, name]) => name) }),
      grid: { left: 64, right: 8, top: 36, bottom: 48 },
      tooltip: { trigger: 'item', formatter: ({ dataIndex }) => {
        const u = units[dataIndex];
        return `<b>${escaped(u.unit)}</b><br>${escaped(u.kind)}, ${large(u.parameters)} parameters<br>${number(this.mean(u).mean)} ± ${number(this.mean(u).standardError)}`;
      } },
      xAxis: axis('units in execution order', { type: 'category', data: units.map((u) => unitName(u.unit)), splitLine: { show: false } }),
      yAxis: axis('score', { type: 'log', min: floor, startValue: floor, nameGap: 48, axisLabel: { color: colour('quiet'), formatter: (v) => number(v, 1) } }),
      series: [
        ...KINDS.map(([kind, name, tint]) => ({
          name, type: 'bar', barGap: '-100%', barCategoryGap: '22%', itemStyle: { color: colour(tint), borderRadius: [2, 2, 0, 0] },
          data: units.map((u) => (u.kind === kind ? { value: of(u), itemStyle: { opacity: this.removed?.has(u.unit) ? FADED : 1 } } : null)),
        })),
        { name: 'Standard error', type: 'custom', silent: true, z: 3, renderItem: whisker,
          data: units.map((u, i) => [i, Math.max(of(u) - error(u), floor), of(u) + error(u)]) },
      ],
    };
  }
}

function whisker(params, api) {
  const low = api.coord([api.value(0), api.value(1)]);
  const high = api.coord([api.value(0), api.value(2)]);
  return { type: 'line', shape: { x1: low[0], y1: low[1], x2: high[0], y2: high[1] }, style: { stroke: colour('text'), lineWidth: 1.5 } };
}
customElements.define('ld-scores', Scores);
