/* parity
title: odd options: empty-scenarios
points: 10, 9
exit: 0
says: ran
*/
export const options = { scenarios: {} };

export default function () {
  console.log('ran');
}
