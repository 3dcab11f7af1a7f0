//! A table in markdown whose columns are as wide as their widest cell. Pure.

use std::fmt;

/// Headings and lines of as many cells each. The first column is text, the others are numbers.
#[derive(Debug, Clone, Default)]
pub struct Grid {
    /// What stands above the columns.
    pub headings: Vec<String>,
    /// The lines.
    pub lines: Vec<Vec<String>>,
}

impl Grid {
    /// A grid without lines.
    pub fn new(headings: &[&str]) -> Self {
        Self { headings: headings.iter().map(|&text| text.to_owned()).collect(), lines: Vec::new() }
    }
}

impl fmt::Display for Grid {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = || std::iter::once(&self.headings).chain(&self.lines);
        let widths: Vec<usize> = (0..self.headings.len())
            .map(|column| {
                let cells = all().filter_map(|line| line.get(column));
                cells.map(|cell| cell.chars().count()).max().unwrap_or_default()
            })
            .collect();
        for (index, line) in all().enumerate() {
            for (column, (text, width)) in line.iter().zip(&widths).enumerate() {
                match column {
                    0 => write!(formatter, "| {text:<width$} |")?,
                    _ => write!(formatter, " {text:>width$} |")?,
                }
            }
            writeln!(formatter)?;
            if index == 0 {
                for (column, width) in widths.iter().enumerate() {
                    match column {
                        0 => write!(formatter, "|{}|", "-".repeat(width + 2))?,
                        _ => write!(formatter, "{}:|", "-".repeat(width + 1))?,
                    }
                }
                writeln!(formatter)?;
            }
        }
        Ok(())
    }
}

/// A number as a cell, or `-` where there is none.
pub fn cell(value: Option<f64>, decimals: usize) -> String {
    value.map_or("-".to_owned(), |value| format!("{value:.decimals$}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned() {
        let mut grid = Grid::new(&["tool", "ms"]);
        grid.lines.push(vec!["squall".to_owned(), cell(Some(1.25), 1)]);
        grid.lines.push(vec!["k6".to_owned(), cell(None, 1)]);
        let wanted = "\
| tool   |  ms |
|--------|----:|
| squall | 1.2 |
| k6     |   - |
";
        assert_eq!(grid.to_string(), wanted);
    }
}
