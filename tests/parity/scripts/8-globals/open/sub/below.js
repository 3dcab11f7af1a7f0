// Which folder are paths in a module below relative to?
function attempt(path) {
  try { return open(path).length; } catch (e) { return 'throws'; }
}
export const below = ['./data.txt', './deep.txt', './sub/deep.txt', '../data.txt'].map(attempt);
// Called from the main script.
export function openFor(path) { return attempt(path); }
