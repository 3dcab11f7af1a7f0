// Module `k6/timers`: the timers that are global, too.

import { clearInterval, clearTimeout, setInterval, setTimeout } from 'squall:timers';

export { clearInterval, clearTimeout, setInterval, setTimeout };
export default { clearInterval, clearTimeout, setInterval, setTimeout };
