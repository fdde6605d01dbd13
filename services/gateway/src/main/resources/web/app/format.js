const count = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

export const percent = (share, digits = 1) =>
  share == null ? '–' : `${(100 * share).toFixed(digits)} %`;

export const points = (value, digits = 1) =>
  value == null ? '–' : `${value > 0 ? '−' : '+'}${Math.abs(value).toFixed(digits)} %`;

export function number(value, digits = 3) {
  if (value == null) return '–';
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1e5) return count.format(value);
  if (size < 1e-3) return value.toExponential(digits - 1);
  return Number(value.toPrecision(digits)).toString();
}

export function large(value) {
  if (value == null) return '–';
  for (const [size, unit] of [[1e12, 'T'], [1e9, 'G'], [1e6, 'M'], [1e3, 'k']]) {
    if (value >= size) return `${(value / size).toFixed(value >= 100 * size ? 0 : 1)} ${unit}`;
  }
  return String(value);
}

export function bytes(value) {
  if (value == null) return '–';
  return value < 1000 ? `${value} B` : `${large(value)}B`;
}

export function seconds(value) {
  if (value == null) return '–';
  if (value < 1) return '< 1 s';
  const s = Math.round(value);
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${s % 60} s`;
  return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
}

export function ago(instant, now = Date.now()) {
  if (!instant) return '–';
  const passed = (now - new Date(instant).getTime()) / 1000;
  if (passed < 60) return 'just now';
  if (passed < 3600) return `${Math.floor(passed / 60)} min ago`;
  if (passed < 86400) return `${Math.floor(passed / 3600)} h ago`;
  return new Date(instant).toLocaleDateString();
}

/** The last part of a location: enough to know it again. */
export const place = (location) => (location || '–').replace(/\/+$/, '').split('/').pop();

/** down_blocks.1.resnets.0 as D1 R0. */
export function unitName(path) {
  const match = /^(down|up)_blocks\.(\d+)\.(resnets|attentions)\.(\d+)(.*)$/.exec(path);
  if (match) {
    return `${match[1][0].toUpperCase()}${match[2]} ${match[3] === 'resnets' ? 'R' : 'T'}${match[4]}${match[5].replace('.transformer_blocks.', '·')}`;
  }
  return path
    .replace('mid_block.resnets.', 'M R')
    .replace('mid_block.attentions.', 'M T')
    .replace('.transformer_blocks.', '·');
}

export const stateWord = (state) => state.charAt(0) + state.slice(1).toLowerCase();

export const ENDED = ['FINISHED', 'FAILED', 'CANCELLED', 'DELETED'];
