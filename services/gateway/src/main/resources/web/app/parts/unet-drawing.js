import { html, nothing, svg } from 'lit';
import { Part } from '../page.js';
import { number, unitName } from '../format.js';

const CELL = 24;
const GAP = 5;
const ROW = 62;
const MIDDLE = 3;

/** The U-Net as a U: a cell per unit, coloured by score, struck out where a plan removes it. */
class UNet extends Part {
  static properties = { units: { attribute: false }, scores: { attribute: false }, removed: { attribute: false } };

  render() {
    const { cells, width, height, joins } = this.layout();
    const gone = this.units.filter((u) => this.removed?.has(u.unit));
    const share = gone.reduce((sum, u) => sum + u.parameters, 0) / this.units.reduce((sum, u) => sum + u.parameters, 0);
    return html`
      <div class="scroll" tabindex="0" role="region" aria-label="Drawing of the U-Net">
        <svg class="unet" viewBox="0 0 ${width} ${height}" style="min-width:${Math.min(width, 560)}px" role="img"
          aria-label="U-Net of ${this.units.length} units, ${gone.length} of them removed">
          ${joins.map((j) => svg`<line x1=${j.x1} y1=${j.y} x2=${j.x2} y2=${j.y} class="skip-line"></line>`)}
          ${cells.map((cell) => this.cell(cell))}
        </svg>
      </div>
      <p class="legend quiet"><span><i class="square"></i> resnet</span><span><i class="round"></i> transformer</span>
        <span><i class="scale"></i> low to high score</span><span><i class="struck">✕</i> removed</span>
        ${gone.length ? html`<span>${gone.length} units, ${(100 * share).toFixed(1)} % of the units' parameters</span>` : nothing}</p>`;
  }

  /** Resolutions as rows: down on the left, up on the right, middle at the bottom. */
  layout() {
    const levels = [...new Set(this.units.map((u) => u.resolution))].sort((a, b) => a - b);
    const count = (place, level) => this.units.filter((u) => u.place === place && u.resolution === level).length;
    const step = CELL + GAP;
    const longest = (place) => Math.max(...levels.map((l, i) => i + count(place, l)), 1);
    const left = longest('down');
    const mid = Math.max(this.units.filter((u) => u.place === 'mid').length, 1);
    const columns = left + MIDDLE + mid + longest('up');
    const seen = {};
    const cells = this.units.map((unit) => {
      const level = levels.indexOf(unit.resolution);
      const key = `${unit.place}${level}`;
      const index = seen[key] = (seen[key] ?? -1) + 1;
      if (unit.place === 'mid') return { unit, x: (left + MIDDLE / 2 + index) * step, y: levels.length * ROW };
      const column = unit.place === 'down' ? level + index : columns - level - count('up', unit.resolution) + index;
      return { unit, x: column * step, y: level * ROW };
    });
    const joins = levels.map((level, i) => ({
      y: i * ROW + CELL / 2 + 4,
      x1: (i + count('down', level)) * step,
      x2: (columns - i - count('up', level)) * step - GAP,
    }));
    return { cells, joins, width: columns * step + 8, height: levels.length * ROW + CELL + 10 };
  }

  /** From 0 for the least score to 1 for the most, by logarithm. */
  heat(unit) {
    if (!this.range) {
      const all = Object.values(this.scores).filter((s) => s > 0).map(Math.log);
      this.range = [Math.min(...all), Math.max(...all)];
    }
    const score = this.scores[unit.unit];
    const [low, high] = this.range;
    return score > 0 && high > low ? (Math.log(score) - low) / (high - low) : 0;
  }

  willUpdate(changed) {
    if (changed.has('scores')) this.range = undefined;
  }

  cell({ unit, x, y }) {
    const gone = this.removed?.has(unit.unit);
    const fill = `color-mix(in oklab, var(--heat-high) ${Math.round(100 * this.heat(unit))}%, var(--heat-low))`;
    return svg`<g transform="translate(${x + 4} ${y + 4})" class=${gone ? 'gone' : ''}>
      <title>${unit.unit}: ${number(this.scores[unit.unit])}${gone ? ', removed' : ''}</title>
      <rect width=${CELL} height=${CELL} rx=${unit.kind === 'transformer' ? CELL / 2 : 4} style="fill:${fill}"></rect>
      ${gone ? svg`<path d="M3 3 L${CELL - 3} ${CELL - 3} M${CELL - 3} 3 L3 ${CELL - 3}"></path>` : nothing}
      <text x=${CELL / 2} y=${CELL + 11}>${unitName(unit.unit).split(' ').pop().split('·')[0]}</text>
    </g>`;
  }
}
customElements.define('ld-unet', UNet);
