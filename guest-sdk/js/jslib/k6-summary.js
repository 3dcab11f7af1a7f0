// Stands for https://jslib.k6.io/k6-summary/0.0.1 - 0.1.0/index.js.
//
// What a script's handleSummary(data) makes of its data: the text that k6 prints at the end of a
// test, in the classic form (k6 run --summary-mode=legacy), and a JUnit file of the thresholds.

const DEFAULTS = {
  indent: ' ', enableColors: true, summaryTimeUnit: null, summaryTrendStats: null,
};
const DEFAULT_STATS = ['avg', 'min', 'med', 'max', 'p(90)', 'p(95)'];

const PASS = '\u2713';
const FAIL = '\u2717';

const COLOR = { faint: 2, red: 31, green: 32, cyan: 36 };

function painter(enabled) {
  if (!enabled) return (text) => text;
  return (text, ...styles) => {
    const codes = styles.map((style) => COLOR[style]).join(';');
    return `\x1b[${codes}m${text}\x1b[0m`;
  };
}

/** How many columns of a terminal a text takes: no colours, no accents apart from their letter. */
function width(text) {
  // eslint-disable-next-line no-control-regex
  const plain = text.normalize('NFKC').replace(/\x1b\[[0-9;]*m/g, '').replace(/\p{Mn}/gu, '');
  return Array.from(plain).length;
}

function pad(text, columns) {
  return text + ' '.repeat(Math.max(0, columns - width(text)));
}

function cut(value, decimals) {
  const factor = 10 ** decimals;
  return Math.trunc(value * factor) / factor;
}

/** At most so many decimals, without zeros at the end; cut off, or rounded. */
function shortest(value, decimals, rounded) {
  return String(rounded ? parseFloat(value.toFixed(decimals)) : cut(value, decimals));
}

function humanizeBytes(bytes) {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB', 'ZB', 'YB'];
  if (bytes < 10) return `${bytes} B`;
  const power = Math.min(Math.floor(Math.log(bytes) / Math.log(1000)), units.length - 1);
  const amount = Math.floor((bytes / 1000 ** power) * 10 + 0.5) / 10;
  return `${amount.toFixed(amount < 10 ? 1 : 0)} ${units[power]}`;
}

function humanizeDuration(ms) {
  if (ms === 0) return '0s';
  if (ms < 0.001) return `${Math.trunc(ms * 1000000)}ns`;
  if (ms < 1) return `${shortest(ms * 1000, 2)}\u00b5s`;
  if (ms < 1000) return `${shortest(ms, 2)}ms`;
  // From a minute on, k6 leaves the fractions of a second out.
  let text = `${shortest((ms % 60000) / 1000, ms > 60000 ? 0 : 2)}s`;
  const minutes = Math.trunc(ms / 60000);
  if (minutes < 1) return text;
  text = `${minutes % 60}m${text}`;
  const hours = Math.trunc(minutes / 60);
  return hours < 1 ? text : `${hours}h${text}`;
}

function humanizeTime(ms, unit) {
  if (unit === 's') return `${(ms / 1000).toFixed(2)}s`;
  if (unit === 'ms') return `${ms.toFixed(2)}ms`;
  if (unit === 'us') return `${(ms * 1000).toFixed(2)}\u00b5s`;
  return humanizeDuration(ms);
}

/** A metric's value as k6 prints it: a share in percent, bytes and times with their units. */
export function humanizeValue(val, metric, timeUnit) {
  if (metric.type === 'rate') return `${cut(val * 100, 2).toFixed(2)}%`;
  if (metric.contains === 'data') return humanizeBytes(val);
  if (metric.contains === 'time') return humanizeTime(val, timeUnit);
  return shortest(val, 6, true);
}

function checkLines(check, indent, paint) {
  if (check.fails === 0) return paint(`${indent}${PASS} ${check.name}`, 'green');
  const percent = Math.floor((100 * check.passes) / (check.passes + check.fails));
  const counts = `${percent}% \u2014 ${PASS} ${check.passes} / ${FAIL} ${check.fails}`;
  return paint(`${indent}${FAIL} ${check.name}\n${indent} \u21b3  ${counts}`, 'red');
}

function groupLines(group, indent, paint) {
  const lines = [];
  let inner = indent;
  if (group.name !== '') {
    lines.push(`${indent}\u2588 ${group.name}`, '');
    inner += '  ';
  }
  const checks = group.checks || [];
  for (const check of checks) lines.push(checkLines(check, inner, paint));
  if (checks.length > 0) lines.push('');
  for (const child of group.groups || []) lines.push(...groupLines(child, inner, paint));
  return lines;
}

/** The value of a metric that is no trend, and what stands beside it. */
function plainValues(metric, timeUnit) {
  const { values } = metric;
  const human = (value) => humanizeValue(value, metric, timeUnit);
  if (metric.type === 'counter') return [human(values.count), `${human(values.rate)}/s`];
  if (metric.type === 'gauge') {
    return [human(values.value), `min=${human(values.min)}`, `max=${human(values.max)}`];
  }
  if (metric.type === 'rate') {
    return [human(values.rate), `${values.passes} out of ${values.passes + values.fails}`];
  }
  return ['[no data]'];
}

function trendValues(metric, stats, timeUnit) {
  return stats.map((stat) => {
    const value = metric.values[stat];
    // `count` is a number of samples, whatever the samples measure.
    return stat === 'count' ? String(value) : humanizeValue(value, metric, timeUnit);
  });
}

function parentOf(name) {
  const brace = name.indexOf('{');
  return brace < 0 ? name : name.slice(0, brace);
}

/** By name, but each metric is followed by its own sub-metrics. */
function sortedNames(metrics) {
  const order = (a, b) => {
    if (a < b) return -1;
    return a > b ? 1 : 0;
  };
  return Object.keys(metrics).sort(
    (a, b) => order(parentOf(a), parentOf(b)) || order(a, b),
  );
}

function displayName(name) {
  const brace = name.indexOf('{');
  return brace < 0 ? name : `{ ${name.slice(brace + 1, -1)} }`;
}

function thresholdMark(metric, paint) {
  if (!metric.thresholds) return ' ';
  const passed = Object.values(metric.thresholds).every((threshold) => threshold.ok);
  return passed ? paint(PASS, 'green') : paint(FAIL, 'red');
}

/** The widest of each column. */
function columnWidths(rows) {
  const widths = [];
  for (const row of rows) {
    row.forEach((text, i) => { widths[i] = Math.max(widths[i] || 0, width(text)); });
  }
  return widths;
}

function plainText(cells, widths, paint) {
  const [value, ...extras] = cells;
  let text = paint(value, 'cyan') + ' '.repeat(widths[0] - width(value));
  // A single extra is the end of its line, several ones form columns.
  for (let i = 0; i < extras.length; i += 1) {
    const columns = extras.length === 1 ? 0 : widths[i + 1];
    text += ` ${pad(paint(extras[i], 'cyan', 'faint'), columns)}`;
  }
  return text;
}

function trendText(cells, stats, widths, paint) {
  return cells
    .map((cell, i) => pad(`${stats[i]}=${paint(cell, 'cyan')}`, widths[i] + width(stats[i]) + 1))
    .join(' ');
}

function metricLines(metrics, options, paint) {
  const stats = options.summaryTrendStats || DEFAULT_STATS;
  const names = sortedNames(metrics);
  const cells = {};
  let nameColumns = 0;
  for (const name of names) {
    const metric = metrics[name];
    cells[name] =
      metric.type === 'trend'
        ? trendValues(metric, stats, options.summaryTimeUnit)
        : plainValues(metric, options.summaryTimeUnit);
    const offset = name.includes('{') ? 2 : 0;
    nameColumns = Math.max(nameColumns, offset + width(displayName(name)));
  }
  const isTrend = (name) => metrics[name].type === 'trend';
  const trendWidths = columnWidths(names.filter(isTrend).map((name) => cells[name]));
  const plainWidths = columnWidths(names.filter((n) => !isTrend(n)).map((name) => cells[name]));

  return names.map((name) => {
    const shown = displayName(name);
    const offset = name.includes('{') ? 2 : 0;
    const dots = '.'.repeat(nameColumns + 3 - offset - width(shown));
    const mark = thresholdMark(metrics[name], paint);
    const text = isTrend(name)
      ? trendText(cells[name], stats, trendWidths, paint)
      : plainText(cells[name], plainWidths, paint);
    const indent = `${options.indent}${' '.repeat(2 + offset)}`;
    return `${indent}${mark} ${shown}${paint(`${dots}:`, 'faint')} ${text}`;
  });
}

/**
 * k6's end-of-test summary in its classic form.
 *
 * `options`: indent (what each line starts with), enableColors, summaryTimeUnit (`s`, `ms`, `us`),
 * summaryTrendStats; what is left out is taken from the options of the test.
 */
export function textSummary(data, options) {
  const all = { ...DEFAULTS, ...data.options, ...options };
  const paint = painter(all.enableColors);
  const lines = groupLines(data.root_group, `${all.indent}    `, paint);
  lines.push(...metricLines(data.metrics, all, paint));
  return lines.join('\n');
}

const XML = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };

function escapeXml(text) {
  return String(text).replace(/[&<>"']/g, (sign) => XML[sign]);
}

/**
 * A JUnit file with a test case for each threshold; checks and plain metrics are not in it.
 *
 * `options`: name (of the suite), classname (of the test cases, which have none by default).
 */
export function jUnit(data, options) {
  const all = { name: 'k6 thresholds', classname: null, ...data.options, ...options };
  const classname = all.classname ? ` classname="${escapeXml(all.classname)}"` : '';
  const cases = [];
  let failures = 0;
  for (const [name, metric] of Object.entries(data.metrics)) {
    for (const [source, threshold] of Object.entries(metric.thresholds || {})) {
      const open = `<testcase name="${escapeXml(`${name} - ${source}`)}"${classname}`;
      if (!threshold.ok) failures += 1;
      cases.push(open + (threshold.ok ? ' />' : '><failure message="failed" /></testcase>'));
    }
  }
  const counts = `tests="${cases.length}" failures="${failures}"`;
  const suite = `<testsuite name="${escapeXml(all.name)}" ${counts}>${cases.join('\n')}`;
  return (
    `<?xml version="1.0"?>\n<testsuites ${counts}>\n` +
    `${suite}\n</testsuite >\n</testsuites >`
  );
}
