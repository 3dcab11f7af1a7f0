// Module `k6/experimental/fs`: files that are read piece by piece and kept once for all VUs.

import { open, SeekMode } from 'squall:files';

export { open, SeekMode };
export default { open, SeekMode };
