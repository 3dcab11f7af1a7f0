/* parity
title: --no-thresholds: broken ones are not looked at
points: 3, 9
pending: metric lines of the JSON output leave out thresholds that are not evaluated
args: --no-thresholds
*/
export const options = { thresholds: { iterations: ['count>5'], checks: [{ threshold: 'rate>0.5', abortOnFail: true }] } };

export default function () {
  console.log('ran');
}
