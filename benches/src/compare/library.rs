//! A plain JavaScript module of a wanted size: functions, classes and tables of data. Pure.
//!
//! It stands for the libraries that tests import: much of it is never called, some of it is built
//! when the module is evaluated (classes, tables, a registry), and a VU uses a little of it. The
//! same number and size give the same text everywhere.

use std::fmt::Write as _;

const WORDS: [&str; 16] = [
    "amber", "basalt", "cedar", "delta", "ember", "fjord", "garnet", "harbor", "indigo", "juniper",
    "kelp", "lichen", "meadow", "nickel", "orchid", "pebble",
];

/// The text of library `number`: at least `bytes_min`, and at most one section more.
pub fn library(number: u32, bytes_min: usize) -> String {
    let mut text = format!(
        "// Library {number}: made text that is as long as real libraries are.\n\n\
         const registry = new Map();\n\n"
    );
    let mut random = Random(u64::from(number));
    let mut sections = 0;
    let end = "export function use(text) {\n\
               \x20 const { clean, Model, table } = registry.get('section-3');\n\
               \x20 const row = table[text.length % table.length];\n\
               \x20 return new Model(clean(text), row.weight).label(row.name);\n}\n";
    while sections < 4 || text.len() + end.len() < bytes_min {
        section(&mut text, sections, &mut random);
        sections += 1;
    }
    text.push_str(end);
    text
}

/// One function, one class and one table, about 2 KB.
fn section(text: &mut String, index: u32, random: &mut Random) {
    let (word, factor) = (random.word(), random.below(90) + 10);
    // Writing to a string cannot fail.
    let _ = write!(
        text,
        "export function clean{index}(text, options = {{}}) {{
  const {{ separator = '-', limit = {factor} }} = options;
  const parts = [];
  for (const part of String(text).toLowerCase().split(/[^a-z0-9]+/)) {{
    if (part.length > 0 && parts.length < limit) {{
      parts.push(part.length > {factor} ? part.slice(0, {factor}) : part);
    }}
  }}
  if (parts.length === 0) {{
    throw new RangeError('clean{index}: nothing of the text is left');
  }}
  return parts.join(separator);
}}

export class Model{index} {{
  constructor(name, weight = {factor}) {{
    this.name = name;
    this.weight = weight;
    this.kind = '{word}';
  }}

  get key() {{
    return `${{this.kind}}:${{this.name}}`;
  }}

  label(suffix) {{
    return `${{this.key}} (${{this.scaled({factor}).toFixed(2)}}) ${{suffix}}`;
  }}

  scaled(by) {{
    return this.weight * by + {factor};
  }}

  compare(other) {{
    const difference = this.weight - other.weight;
    return difference === 0 ? this.name.localeCompare(other.name) : difference;
  }}

  static from(row) {{
    return new Model{index}(row.name, row.weight);
  }}
}}

"
    );
    table(text, index, word, random);
}

/// A table of the section, and its entry in the registry.
fn table(text: &mut String, index: u32, word: &str, random: &mut Random) {
    let _ = writeln!(text, "export const table{index} = [");
    for row in 0..8 {
        let (name, tag) = (random.word(), random.word());
        let (id, weight) = (random.below(1_000_000), random.below(1_000));
        let _ = writeln!(
            text,
            "  {{ id: {id}, name: '{name}-{row}', weight: {weight}, tags: ['{tag}', '{word}'] }},"
        );
    }
    let _ = write!(
        text,
        "];

registry.set('section-{index}', {{
  clean: clean{index},
  Model: Model{index},
  table: table{index},
}});

"
    );
}

/// Numbers that look random and are the same each time (Knuth's MMIX generator).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }

    fn word(&mut self) -> &'static str {
        WORDS[self.below(WORDS.len() as u64) as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_is_as_long_as_it_was_asked_to_be_and_the_same_each_time() {
        let text = library(1, 100_000);
        assert!((100_000..103_000).contains(&text.len()), "{} bytes", text.len());
        assert_eq!(text, library(1, 100_000));
        assert_ne!(text, library(2, 100_000));
    }

    #[test]
    fn a_library_has_what_its_user_asks_for() {
        for text in [library(1, 0), library(1, 20_000)] {
            assert!(text.contains("registry.set('section-3',"), "{text}");
            assert!(text.contains("export function use("), "{text}");
            assert_eq!(text.matches('{').count(), text.matches('}').count());
        }
    }
}
