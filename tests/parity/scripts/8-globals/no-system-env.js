/* parity
title: --include-system-env-vars=false: only what -e says
points: 8, 9
args: --include-system-env-vars=false -e OWN=1
env: FROM_SYSTEM=there
*/
export default function () {
  console.log(__ENV.FROM_SYSTEM, __ENV.OWN, __ENV.PATH, Object.keys(__ENV).filter((name) => !name.endsWith('_URL')).sort().join());
}
