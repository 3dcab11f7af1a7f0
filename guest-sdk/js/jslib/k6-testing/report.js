// A failed assertion as text: a block for people, or one line for logs.

const PAINT = { Error: 31, Expected: 32, Received: 31 };

/** Where the script called, the first place outside of this library. */
export function callSite() {
  const own = /k6-testing(\/(report|matchers))?\.js|jslib\.k6\.io\/k6-testing\//;
  const lines = (new Error('for its stack').stack || '').split('\n');
  const outside = lines.find((line) => /:\d+:\d+/.test(line) && !own.test(line));
  const match = outside && /([^\s()]+):(\d+):(\d+)/.exec(outside);
  if (!match) return null;
  return { file: match[1].replace(/^file:\/\//, ''), line: match[2], column: match[3] };
}

function paint(label, value, colorize) {
  const code = PAINT[label.split(' ')[0]];
  return colorize && code ? `\x1b[${code}m${value}\x1b[0m` : value;
}

export function pretty({ error, rows, site }, colorize) {
  const head = [['Error', error]];
  const foot = [];
  if (site) {
    head.push(['At', `${site.file}:${site.line}:${site.column}`]);
    foot.push(['Filename', site.file.split('/').pop()], ['Line', site.line]);
  }
  const blocks = [head, rows, foot];
  const width = Math.max(...blocks.flat().map(([label]) => label.length));
  const text = (block) => block
    .map(([label, value]) => `${label.padStart(width)}: ${paint(label, value, colorize)}`)
    .join('\n');
  return `\n\n${blocks.filter((block) => block.length > 0).map(text).join('\n\n')}\n`;
}

export function inline({ error, rows, site }, colorize) {
  const all = [['Error', error], ...rows];
  if (site) all.push(['At', `${site.file}:${site.line}:${site.column}`]);
  return all
    .map(([label, value]) => {
      const key = label.toLowerCase().replace(/\s+/g, '_');
      const shown = /[\s"=]/.test(value) ? JSON.stringify(value) : value;
      return `${key}=${paint(label, shown, colorize)}`;
    })
    .join(' ');
}
