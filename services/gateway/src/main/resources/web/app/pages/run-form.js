/** The fields of the form: where each goes in the request. */
const T = 'Teacher and data';
export const FIELDS = [
  { name: 'teacher', path: ['teacher'], group: T, label: 'Teacher', placeholder: '/models/sd15', hint: 'A diffusers directory with safetensors weights.' },
  { name: 'train', path: ['distillation', 'dataset'], group: T, label: 'Training data', placeholder: '/data/train', hint: 'Images with captions: a directory, or .tar shards.' },
  { name: 'calibration', path: ['calibration', 'dataset'], group: T, label: 'Calibration data', hint: 'To score layers on; empty: the training data.' },
  { name: 'heldOut', path: ['evaluation', 'dataset'], group: T, label: 'Held-out images', placeholder: '/data/held-out', hint: 'That no training saw, to evaluate on.' },
  { name: 'scorer', path: ['evaluation', 'scorer'], group: T, label: 'Scorer', placeholder: '/models/clip-vit-large-patch14', hint: 'A CLIP directory that judges the images.' },
  { name: 'ratios', path: ['variants'], group: 'Students', label: 'Ratios', placeholder: '0.5, 0.3', hint: 'Shares of the parameters to remove; a student for each.' },
  { name: 'handcrafted', path: ['variants'], group: 'Students', label: 'Handcrafted U-Nets beside them', placeholder: 'bk-base', hint: 'bk-base, bk-small, bk-tiny, bk-v2-…, ssd-1b, vega, koala-1b, koala-700m.' },
  { name: 'planOnly', path: ['planOnly'], group: 'Students', label: 'Plans only', type: 'checkbox', hint: 'End before any training.' },
  { name: 'samples', path: ['calibration', 'samples'], group: 'Scoring', label: 'Calibration samples', type: 'number', placeholder: '128' },
  { name: 'slices', path: ['calibration', 'slices'], group: 'Scoring', label: 'Slices', type: 'number', placeholder: '8', hint: 'Tasks that workers share.' },
  { name: 'precision', path: ['scoring', 'precision'], group: 'Scoring', label: 'Precision', options: ['', 'fp32', 'bf16'] },
  { name: 'steps', path: ['distillation', 'steps'], group: 'Distillation', label: 'Steps', type: 'number', placeholder: '10000' },
  { name: 'batchSize', path: ['distillation', 'batchSize'], group: 'Distillation', label: 'Batch size', type: 'number', placeholder: '16' },
  { name: 'learningRate', path: ['distillation', 'learningRate'], group: 'Distillation', label: 'Learning rate', type: 'number', placeholder: '5e-5' },
  { name: 'schedule', path: ['distillation', 'schedule'], group: 'Distillation', label: 'Schedule', options: ['', 'constant', 'linear', 'cosine'] },
  { name: 'teacherPrecision', path: ['distillation', 'teacherPrecision'], group: 'Distillation', label: "Teacher's precision", options: ['', 'fp32', 'bf16'] },
  { name: 'gradientCheckpointing', path: ['distillation', 'gradientCheckpointing'], group: 'Distillation', label: 'Gradient checkpointing', type: 'checkbox', hint: 'Less memory for more time.' },
  { name: 'sampleImages', path: ['distillation', 'sampleImages'], group: 'Distillation', label: 'Images drawn on the way', type: 'number', placeholder: '2' },
  { name: 'prompts', path: ['evaluation', 'prompts'], group: 'Evaluation', label: 'Prompts', type: 'number', placeholder: '64' },
  { name: 'inferenceSteps', path: ['evaluation', 'inferenceSteps'], group: 'Evaluation', label: 'Sampler steps', type: 'number', placeholder: '25' },
  { name: 'scheduler', path: ['evaluation', 'scheduler'], group: 'Evaluation', label: 'Sampler', options: ['', 'ddim', 'pndm', 'euler', 'euler-ancestral', 'dpm-solver++', 'sde-dpm-solver++', 'unipc', 'lcm'], hint: "Empty: the teacher's own." },
];

/** What was typed as a number where it is one; else as it is, for the gateway to refuse. */
function typed(field, text) {
  if (field.type === 'checkbox') return text;
  if (field.type !== 'number') return text.trim();
  const value = Number(text);
  return text.trim() === '' || Number.isNaN(value) ? text : value;
}

const list = (text) => (text || '').split(/[,\s]+/).filter(Boolean);

export function specOf(values) {
  const spec = { calibration: {}, distillation: {}, evaluation: {} };
  for (const field of FIELDS) {
    const text = values[field.name];
    if (field.path[0] === 'variants' || text === undefined || text === '' || text === false) continue;
    let place = spec;
    field.path.slice(0, -1).forEach((step) => { place = place[step] ??= {}; });
    place[field.path.at(-1)] = typed(field, text);
  }
  if (!spec.calibration.dataset && spec.distillation.dataset) spec.calibration.dataset = spec.distillation.dataset;
  const variants = [
    ...list(values.ratios).map((text) => ({ ratio: Number.isNaN(Number(text)) ? text : Number(text) })),
    ...list(values.handcrafted).map((name) => ({ handcrafted: name })),
  ];
  if (variants.length) spec.variants = variants;
  return spec;
}

/** A preset as the form's texts, and what of it the form has no field for. */
export function textOf(spec) {
  const rest = structuredClone(spec);
  const values = {};
  for (const field of FIELDS) {
    if (field.path[0] === 'variants') continue;
    let place = rest;
    field.path.slice(0, -1).forEach((step) => { place = place?.[step]; });
    const last = field.path.at(-1);
    if (place?.[last] === undefined) continue;
    values[field.name] = field.type === 'checkbox' ? place[last] : String(place[last]);
    delete place[last];
  }
  const variants = rest.variants ?? [];
  values.ratios = variants.filter((v) => v.ratio !== undefined).map((v) => v.ratio).join(', ');
  values.handcrafted = variants.filter((v) => v.handcrafted).map((v) => v.handcrafted).join(', ');
  delete rest.variants;
  for (const [name, value] of Object.entries(rest)) {
    if (typeof value === 'object' && Object.keys(value).length === 0) delete rest[name];
  }
  return { values, rest };
}

export function merge(base, over) {
  const merged = { ...base };
  for (const [name, value] of Object.entries(over)) {
    const both = [value, merged[name]].every((v) => v && typeof v === 'object' && !Array.isArray(v));
    merged[name] = both ? merge(merged[name], value) : value;
  }
  return merged;
}

/** The field that a JSON pointer of a problem leads to. */
export function fieldOf(pointer) {
  const steps = (pointer || '').replace(/^#\/?/, '').split('/').filter(Boolean);
  if (steps[0] === 'variants') {
    return FIELDS.find((f) => f.name === (steps[2] === 'handcrafted' ? 'handcrafted' : 'ratios'));
  }
  return FIELDS.find((f) => f.path[0] !== 'variants' && f.path.join('/') === steps.join('/'));
}
