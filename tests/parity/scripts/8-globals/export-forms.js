/* parity
title: exports in other forms: renamed functions, arrows, values made by calls
points: 8, 9
*/
const make = (name) => (data) => console.log(name, JSON.stringify(data), __VU);
async function prepare() { return ['prepared']; }
const options = Object.assign({}, { iterations: 1 }, { vus: 1 });
class Runner { static run = make('static'); }

export { options, prepare as setup };
export const teardown = make('teardown');
export default Runner.run;
