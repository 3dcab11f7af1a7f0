// Tests of k6-summary.js: k6 run k6-summary.test.js
//
// The expected text is what k6 1.1.0 prints of such data with --summary-mode=legacy.
import { humanizeValue, jUnit, textSummary } from '../k6-summary.js';
import { ONCE, guarded, same } from './support.js';

export const options = ONCE;

const TREND = { type: 'trend', contains: 'default' };
const NUMBERS = {
  avg: 2.469, min: 0, med: 2.469, max: 4.938, 'p(90)': 4.4442, 'p(95)': 4.6911, count: 5,
};
const TIMES = {
  avg: 10.4567, min: 0.000139, med: 0.00619, max: 61000.5, 'p(90)': 3661000, 'p(95)': 999.999,
  count: 20,
};

const item = (name, passes, fails) => ({ name, passes, fails, path: `::${name}`, id: name });
const group = (name, checks, groups = []) => ({ name, checks, groups, path: '', id: '' });

const DATA = {
  root_group: group('', [item('root ok', 5, 0), item('half', 3, 2)], [
    group('g1', [item('in g1', 5, 0)], [group('nested ünï', [item('never', 0, 5)])]),
    group('g2 empty', []),
    group('a first', [item('z', 5, 0), item('a', 5, 0)]),
  ]),
  options: {
    summaryTrendStats: ['avg', 'min', 'med', 'max', 'p(90)', 'p(95)', 'count'],
    summaryTimeUnit: '',
    noColor: false,
  },
  state: { isStdOutTTY: false, isStdErrTTY: false, testRunDurationMs: 52.4 },
  metrics: {
    checks: { type: 'rate', contains: 'default', values: { rate: 23 / 30, passes: 23, fails: 7 } },
    my_trend: {
      ...TREND, values: NUMBERS, thresholds: { 'avg<100': { ok: true }, 'max<3': { ok: false } },
    },
    'my_trend{a:b}': { ...TREND, values: NUMBERS, thresholds: { 'avg>1': { ok: true } } },
    group_duration: { type: 'trend', contains: 'time', values: TIMES },
    data_sent: { type: 'counter', contains: 'data', values: { count: 2048, rate: 0 } },
    'my_count{x:y}': {
      type: 'counter', contains: 'default', values: { count: 0, rate: 0 },
      thresholds: { 'count>1': { ok: false } },
    },
    my_count: { type: 'counter', contains: 'default', values: { count: 15, rate: 286.158808 } },
    my_gauge: { type: 'gauge', contains: 'default', values: { value: 42, min: 0, max: 42 } },
    gauge_time: { type: 'gauge', contains: 'time', values: { value: 0.0492, min: 0, max: 0.0492 } },
  },
};

// A backslash at the end of a line joins it with the next one.
const TEXT = `     ✓ root ok
     ✗ half
      ↳  60% — ✓ 3 / ✗ 2

     █ g1

       ✓ in g1

       █ nested ünï

         ✗ never
          ↳  0% — ✓ 0 / ✗ 5

     █ g2 empty

     █ a first

       ✓ z
       ✓ a

     checks...........: 76.66% 23 out of 30
     data_sent........: 2.0 kB 0 B/s
     gauge_time.......: 49.2µs min=0s       max=49.2µs
     group_duration...: avg=10.45ms min=139ns med=6.19µs max=1m1s  p(90)=1h1m1s p(95)=999.99ms\
 count=20
     my_count.........: 15     286.158808/s
     ✗ { x:y }........: 0      0/s
     my_gauge.........: 42     min=0        max=42${'    '}
   ✗ my_trend.........: avg=2.469   min=0     med=2.469  max=4.938 p(90)=4.4442 p(95)=4.6911  \
 count=5${' '}
     ✓ { a:b }........: avg=2.469   min=0     med=2.469  max=4.938 p(90)=4.4442 p(95)=4.6911  \
 count=5${' '}`;

const JUNIT = `<?xml version="1.0"?>
<testsuites tests="1" failures="1">
<testsuite name="k6 thresholds" tests="1" failures="1"><testcase name="http_req_duration -\
 p(95)&lt;200"><failure message="failed" /></testcase>
</testsuite >
</testsuites >`;

export default guarded(() => {
  same('textSummary', textSummary(DATA, { indent: ' ', enableColors: false }), TEXT);
  const bare = textSummary(DATA, { indent: '', enableColors: false });
  same('indent', bare.split('\n')[0], '    ✓ root ok');
  const colored = textSummary(DATA).split('\n');
  same('a green check', colored[0], '\x1b[32m     ✓ root ok\x1b[0m');
  same('a red check', `${colored[1]}|${colored[2]}`,
    '\x1b[31m     ✗ half|      ↳  60% — ✓ 3 / ✗ 2\x1b[0m');
  const checks = colored.find((line) => line.includes('checks'));
  same('a colored metric', checks,
    '     checks\x1b[2m...........:\x1b[0m \x1b[36m76.66%\x1b[0m \x1b[36;2m23 out of 30\x1b[0m');
  const fixed = textSummary(DATA, {
    enableColors: false, summaryTimeUnit: 's', summaryTrendStats: ['max'],
  });
  same('time unit and stats', fixed.split('\n').find((line) => line.includes('group_duration')),
    '     group_duration...: max=61.00s');

  values();
  junit();
});

function values() {
  const time = (v, unit) => humanizeValue(v, { type: 'trend', contains: 'time' }, unit);
  const bytes = (v) => humanizeValue(v, { type: 'counter', contains: 'data' }, '');
  const plain = (v) => humanizeValue(v, { type: 'gauge', contains: 'default' }, '');
  const rate = (v) => humanizeValue(v, { type: 'rate', contains: 'default' }, '');
  const cases = [
    [time(0), '0s'], [time(0.0000999), '99ns'], [time(0.001), '1µs'], [time(0.99999), '999.99µs'],
    [time(1.005), '1ms'], [time(9.995), '9.99ms'], [time(999.999), '999.99ms'], [time(1000), '1s'],
    [time(59999), '59.99s'], [time(61000.5), '1m1s'], [time(3600000), '1h0m0s'],
    [time(1500, 's'), '1.50s'], [time(1.5, 'ms'), '1.50ms'], [time(1.5, 'us'), '1500.00µs'],
    [bytes(0), '0 B'], [bytes(9), '9 B'], [bytes(999), '999 B'], [bytes(2048), '2.0 kB'],
    [bytes(94e6), '94 MB'], [bytes(9.96e6), '10 MB'], [bytes(1.6e9), '1.6 GB'],
    [plain(1 / 3), '0.333333'], [plain(2 / 3), '0.666667'], [plain(42), '42'], [plain(1.5), '1.5'],
    [rate(0.99999), '99.99%'], [rate(1), '100.00%'], [rate(0), '0.00%'],
  ];
  for (const [got, want] of cases) same(`humanizeValue ${want}`, got, want);
}

function junit() {
  const metrics = {
    http_reqs: { type: 'counter', contains: 'default', values: { count: 1, rate: 1 } },
    http_req_duration: {
      type: 'trend', contains: 'time', values: NUMBERS, thresholds: { 'p(95)<200': { ok: false } },
    },
  };
  same('jUnit', jUnit({ metrics }), JUNIT);
  const named = jUnit(DATA, { name: 'my "suite"', classname: 'k6' });
  same('jUnit counts', named.includes('tests="4" failures="2"'), true);
  same('jUnit name', named.includes('<testsuite name="my &quot;suite&quot;"'), true);
  const passed = '<testcase name="my_trend - avg&lt;100" classname="k6" />';
  same('jUnit passed', named.includes(passed), true);
}
