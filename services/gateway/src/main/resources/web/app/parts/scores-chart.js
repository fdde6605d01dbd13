import { html } from 'lit';
import { Part } from '../page.js';
import { axis, colour } from '../chart.js';
import { figures } from './bits.js';
import { large, number, unitName } from '../format.js';

const KINDS = [['resnet', 'Resnets', 'series-1'], ['transformer', 'Transformers', 'series-2']];

/** A bar per unit in execution order, on a logarithmic scale, with standard errors. */
class Scores extends Part {
  static properties = { scores: { attribute: false } };

  render() {
    const { units, samples, criteria } = this.scores;
    return html`
      <ld-chart height="320" label="Scores of ${units.length} units by ${criteria[0]}" .option=${() => this.option()}></ld-chart>
      <p class="quiet">By ${criteria[0]}, over ${samples} samples; whiskers are one standard error. A bar at the bottom costs next to nothing to remove.</p>
      ${figures('Scores as a table', ['Unit', 'Kind', 'Parameters', 'Score', 'Standard error'],
        units.map((u) => [u.unit, u.kind, large(u.parameters), number(u.score.mean), number(u.score.standardError)]))}`;
  }

  option() {
    const { units } = this.scores;
    const means = units.map((u) => u.score.mean).filter((m) => m > 0);
    const floor = means.length ? 10 ** Math.floor(Math.log10(Math.min(...means))) : 1e-6;
    const of = (u) => Math.max(u.score.mean ?? 0, floor);
    return {
      legend: { top: 0, textStyle: { color: colour('text') } },
      tooltip: { trigger: 'item', formatter: ({ dataIndex }) => {
        const u = units[dataIndex];
        return `${u.unit}<br>${u.kind}, ${large(u.parameters)} parameters<br>${number(u.score.mean)} ± ${number(u.score.standardError)}`;
      } },
      xAxis: axis('units in execution order', { type: 'category', data: units.map((u) => unitName(u.unit)) }),
      yAxis: axis('score', { type: 'log', min: floor, nameGap: 48, axisLabel: { color: colour('quiet'), formatter: (v) => number(v, 1) } }),
      series: [
        ...KINDS.map(([kind, name, tint]) => ({
          name, type: 'bar', stack: 'all', barCategoryGap: '20%', itemStyle: { color: colour(tint) },
          data: units.map((u) => (u.kind === kind ? of(u) : null)),
        })),
        { name: 'Standard error', type: 'custom', silent: true, itemStyle: { color: colour('text') }, renderItem: whisker,
          data: units.map((u, i) => [i, Math.max(of(u) - (u.score.standardError || 0), floor), of(u) + (u.score.standardError || 0)]) },
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
