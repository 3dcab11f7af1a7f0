/* parity
title: handleSummary: the shape of its data; stdout, stderr and files; async
points: 9
stdout: same
args: --iterations 4
*/
import http from 'k6/http';
import { check, group } from 'k6';
import { Counter, Gauge, Rate, Trend } from 'k6/metrics';

const counter = new Counter('my_counter');
const gauge = new Gauge('my_gauge');
const rate = new Rate('my_rate');
const trend = new Trend('my_trend', true);
const plain = new Trend('plain_trend');

export const options = {
  summaryTrendStats: ['avg', 'min', 'med', 'max', 'p(90)', 'p(99.9)', 'count'],
  summaryTimeUnit: 'ms',
  thresholds: { my_counter: ['count==8', { threshold: 'count<100', abortOnFail: false }], 'my_trend{kind:a}': ['max<100'], checks: ['rate>0.1'] },
};

export function setup() {
  return { from: 'setup', list: [1, 2] };
}

export default function () {
  counter.add(2);
  gauge.add(__ITER);
  rate.add(__ITER % 2 === 0);
  for (const value of [1, 2, 3, 4]) trend.add(value, { kind: value > 2 ? 'a' : 'b' });
  plain.add(__ITER * 1.5);
  http.get(`${__ENV.BASE_URL}/status/200`);
  check(1, { 'at the root': true });
  group('outer', () => {
    check(1, { good: true, 'sometimes': __ITER > 0 });
    group('inner', () => check(1, { bad: false }));
  });
}

// Names and kinds of everything; values but of times.
function shape(name, value) {
  const metrics = {};
  const sorted = (object) => object && Object.entries(object).sort();
  for (const key of Object.keys(value).sort()) {
    const metric = value[key];
    if (/^(vus|vus_max|iteration_start_lag|iteration_response_time|iteration_errors|http_req_looking_up)$/.test(key)) continue;
    const values = Object.keys(metric.values).sort();
    metrics[key] = { type: metric.type, contains: metric.contains, thresholds: sorted(metric.thresholds), keys: Object.keys(metric).sort(), values };
    if (/^(my_|plain_|checks|iterations$|http_reqs|http_req_failed)/.test(key)) metrics[key].figures = values.filter((v) => v !== 'rate' || metric.type === 'rate').map((v) => metric.values[v]);
  }
  return metrics;
}

function tree(group) {
  return [group.name, group.path, group.id, group.groups.map(tree), group.checks.map((c) => [c.name, c.path, c.id, c.passes, c.fails])];
}

export async function handleSummary(data) {
  await new Promise((resolve) => setTimeout(resolve, 10));
  // squall has a verdict of its own on top.
  console.log('keys', Object.keys(data).filter((key) => key !== 'squall').sort().join());
  console.log('options', JSON.stringify(Object.entries(data.options).sort()));
  console.log('state', Object.keys(data.state).sort().join(), data.state.isStdOutTTY, data.state.testRunDurationMs > 0);
  console.log('setup data', JSON.stringify(Object.entries(data.setup_data).sort()));
  console.log('tree', JSON.stringify(tree(data.root_group)));
  for (const [name, metric] of Object.entries(shape('', data.metrics))) console.log(name, JSON.stringify(metric));
  return {
    stdout: 'to stdout ü\n',
    stderr: 'to stderr\n',
    'text.txt': 'a text ü ✓\nof two lines',
    'bytes.bin': new Uint8Array([0, 255, 1]).buffer,
    'empty.txt': '',
  };
}
