/* parity
title: options for others are let through: cloud, ext, a browser in a scenario
points: 9
args: --iterations 1
*/
export const options = {
  cloud: { name: 'my test', projectID: 12345, distribution: { d: { loadZone: 'amazon:us:ashburn', percent: 100 } } },
  ext: { loadimpact: { projectID: 5 }, other: { a: [1] } },
  summaryTimeUnit: 's',
  minIterationDuration: '1ms',
  dns: { ttl: '5m', select: 'first', policy: 'preferIPv4' },
  teardownTimeout: 5000,
  metricSamplesBufferSize: 500,
};

export default function () {
  console.log('ran');
}
