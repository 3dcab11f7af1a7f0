/* parity
title: promises that never resolve: the iteration ends all the same
points: 8, 10
args: --iterations 2
*/
export default async function () {
  console.log('before', __ITER);
  await new Promise(() => {});
  console.log('never');
}
