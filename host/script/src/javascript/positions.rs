//! From positions in what the engine runs to positions in what the user wrote.
//!
//! - `foreign`: maps that came with a module
//! - `rewrite`: finds positions in a stack trace
//!
//! A map that is broken, missing or too large is no map; nothing here fails or panics.
//! Lines and columns are counted from 0 inside and from 1 in texts.

mod foreign;
mod rewrite;

use oxc_sourcemap::SourceMap;

pub(super) use foreign::ForeignMap;
pub(super) use rewrite::rewrite;

/// Maps the positions of one module.
#[derive(Debug)]
pub(super) struct PositionMap {
    /// Sorted by generated position.
    segments: Vec<Segment>,
    /// Names of the originals; empty for the module itself.
    sources: Vec<String>,
    /// Positions before the first segment of a line belong to the line before.
    crosses_lines: bool,
}

/// From here on up to the next segment.
#[derive(Debug, Clone, Copy)]
struct Segment {
    line: u32,
    column: u32,
    /// Nothing for code that the generator added.
    original: Option<Original>,
}

#[derive(Debug, Clone, Copy)]
struct Original {
    source: u32,
    line: u32,
    column: u32,
}

/// A place in an original.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Position<'a> {
    /// None for the module itself.
    pub(super) source: Option<&'a str>,
    pub(super) line: u32,
    pub(super) column: u32,
}

impl PositionMap {
    /// A map that our own transformation made: all is from the module itself.
    pub(super) fn of_own(map: &SourceMap<'_>) -> Self {
        Self { sources: vec![String::new()], crosses_lines: true, ..Self::of(map, |_| None) }
    }

    /// Any map; `name` makes addresses of the names in it.
    fn of(map: &SourceMap<'_>, name: impl Fn(&str) -> Option<String>) -> Self {
        let mut segments: Vec<Segment> = map
            .get_tokens()
            .map(|token| Segment {
                line: token.get_dst_line(),
                column: token.get_dst_col(),
                original: token.get_source_id().map(|source| Original {
                    source,
                    line: token.get_src_line(),
                    column: token.get_src_col(),
                }),
            })
            .collect();
        segments.sort_by_key(|segment| (segment.line, segment.column));
        let sources = map
            .get_sources()
            .map(|source| name(source).unwrap_or_else(|| super::error::shown(source)));
        Self { segments, sources: sources.collect(), crosses_lines: false }
    }

    /// Finds the original of a generated position; without a column, of the first code of the line.
    pub(super) fn original(&self, line: u32, column: Option<u32>) -> Option<Position<'_>> {
        let first = self.segments.partition_point(|segment| segment.line < line);
        let at = match column {
            Some(column) => {
                let (_, in_line) = self.segments.split_at(first);
                let behind = in_line
                    .partition_point(|segment| segment.line == line && segment.column <= column);
                (first + behind).checked_sub(1)?
            }
            None => first,
        };
        let segment = self.segments.get(at)?;
        if segment.line != line && !(self.crosses_lines && segment.line < line) {
            return None;
        }
        let original = segment.original?;
        let source = self.sources.get(original.source as usize)?;
        Some(Position {
            source: (!source.is_empty()).then_some(source),
            line: original.line,
            column: original.column,
        })
    }
}

#[cfg(test)]
mod tests;
