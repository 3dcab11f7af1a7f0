/* parity
title: --no-thresholds: broken ones are not looked at
points: 3, 9
args: --no-thresholds
*/
export const options = { thresholds: { iterations: ['count>5'], checks: [{ threshold: 'rate>0.5', abortOnFail: true }] } };

export default function () {
  console.log('ran');
}
