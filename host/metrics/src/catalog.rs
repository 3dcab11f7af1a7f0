//! Everything that is settled before the first sample: metrics, submetrics, thresholds, bounds.
//!
//! Immutable and shared by all workers and the control plane, so that numbers of metrics and
//! submetrics mean the same everywhere. It refuses thresholds that do not fit; all problems are
//! reported at once.

use std::fmt;
use std::sync::Arc;

use crate::builtin;
use crate::metric::{MetricId, Registry};
use crate::tag::{SystemTag, SystemTags, TagSet};
use crate::threshold::{self, Threshold, ThresholdError, ThresholdInput, ThresholdSpec, selector};

/// The tag by which `http_req_duration` has a submetric in any case, as in k6: when it is on.
const ALWAYS_SELECTED: (SystemTag, &str) = (SystemTag::ExpectedResponse, "true");

/// Bounds of the tables; each one is for one worker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Distinct tag sets; defaults to 16 384.
    pub tag_sets_max: usize,
    /// Tags in a set; defaults to 64.
    pub tags_per_set_max: usize,
    /// Length of the name or the value of a tag, longer ones are cut; defaults to 4 096.
    pub tag_value_bytes_max: usize,
    /// Distinct pairs of metric and tag set; defaults to 131 072.
    pub series_max: usize,
    /// Sinks; only series that are kept apart need many. Defaults to 8 192.
    pub classes_max: usize,
    /// Distinct checks; defaults to 4 096.
    pub checks_max: usize,
    /// Distinct groups; defaults to 1 024.
    pub groups_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            tag_sets_max: 16_384,
            tags_per_set_max: 64,
            tag_value_bytes_max: 4_096,
            series_max: 131_072,
            classes_max: 8_192,
            checks_max: 4_096,
            groups_max: 1_024,
        }
    }
}

/// Which metrics keep each of their series in a sink of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Apart {
    /// None: only totals and submetrics are kept.
    #[default]
    None,
    /// These.
    Metrics(Vec<MetricId>),
    /// All, for outputs that export by series.
    All,
}

/// How a catalog is made.
#[derive(Clone, Debug, Default)]
pub struct CatalogOptions {
    /// Bounds of the tables.
    pub limits: Limits,
    /// Series that are kept apart.
    pub apart: Apart,
    /// Never judge thresholds; what is wrong with them is then only warned about.
    pub no_thresholds: bool,
    /// The tags that squall itself sets.
    pub system_tags: SystemTags,
}

/// Number of a submetric; the same in every worker of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubmetricId(pub u32);

/// The samples of a metric that have certain tags.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submetric {
    /// Its number.
    pub id: SubmetricId,
    /// Its name, as it was written: `http_req_duration{status:200}`.
    pub name: String,
    /// The metric that it is a part of.
    pub parent: MetricId,
    /// The tags that a sample must have, sorted by name.
    pub selector: Vec<(String, String)>,
}

impl Submetric {
    /// True for samples with these tags.
    pub fn matches(&self, tags: &TagSet) -> bool {
        tags.contains_all(self.selector.iter().map(|(name, value)| (name.as_str(), value.as_str())))
    }
}

/// A metric or a submetric with its thresholds.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// As it was written.
    pub name: String,
    /// The metric.
    pub metric: MetricId,
    /// The part of the metric, if it is not all of it.
    pub submetric: Option<SubmetricId>,
    /// What must hold; may be empty.
    pub thresholds: Vec<Threshold>,
}

/// All problems with the thresholds of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogError {
    /// At least one.
    pub problems: Vec<ThresholdError>,
}

impl fmt::Display for CatalogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for CatalogError {}

/// Metrics, submetrics and thresholds of a run.
#[derive(Clone, Debug)]
pub struct Catalog {
    registry: Registry,
    submetrics: Vec<Submetric>,
    /// Submetrics of each metric, by its number.
    by_metric: Vec<Vec<SubmetricId>>,
    targets: Vec<Target>,
    /// Thresholds on whole metrics that are shown and never judged; they need not even be valid.
    unjudged: Vec<(MetricId, ThresholdSpec)>,
    limits: Limits,
    apart: Apart,
    system_tags: SystemTags,
    warnings: Vec<String>,
}

impl Catalog {
    /// Freezes the registry and settles the thresholds.
    pub fn new(
        mut registry: Registry,
        thresholds: &[ThresholdInput],
        options: CatalogOptions,
    ) -> Result<Self, CatalogError> {
        registry.freeze();
        let mut catalog = Self {
            by_metric: vec![Vec::new(); registry.len()],
            registry,
            submetrics: Vec::new(),
            targets: Vec::new(),
            unjudged: Vec::new(),
            limits: options.limits,
            apart: options.apart,
            system_tags: options.system_tags,
            warnings: Vec::new(),
        };
        let mut problems = Vec::new();
        for input in thresholds {
            if options.no_thresholds {
                catalog.add_unjudged(input);
            } else if let Err(found) = catalog.add_target(input) {
                problems.extend(found);
            }
        }
        if options.system_tags.has(ALWAYS_SELECTED.0) {
            catalog.add_always_selected();
        }
        if problems.is_empty() { Ok(catalog) } else { Err(CatalogError { problems }) }
    }

    /// A catalog without thresholds, for tests and for runs without.
    pub fn without_thresholds(registry: Registry) -> Self {
        match Self::new(registry, &[], CatalogOptions::default()) {
            Ok(catalog) => catalog,
            Err(_) => unreachable!("only thresholds can be wrong"),
        }
    }

    fn add_target(&mut self, input: &ThresholdInput) -> Result<(), Vec<ThresholdError>> {
        let (metric, tags, thresholds) = self.check_target(input)?;
        self.warn_about_metadata(&input.metric, tags.as_deref().unwrap_or_default());
        let submetric = tags.map(|tags| self.add_submetric(&input.metric, metric, tags));
        let known = self.targets.iter_mut().find(|target| target.name == input.metric);
        if let Some(target) = known {
            target.thresholds.extend(thresholds);
        } else {
            let name = input.metric.clone();
            self.targets.push(Target { name, metric, submetric, thresholds });
        }
        Ok(())
    }

    /// What outputs show of thresholds is there all the same, as in k6.
    fn add_unjudged(&mut self, input: &ThresholdInput) {
        let problems = self.check_target(input).err().unwrap_or_default();
        self.warnings.extend(problems.iter().map(ToString::to_string));
        let Ok(selector) = selector::parse(&input.metric) else { return };
        let Some(metric) = self.registry.find(&selector.metric) else { return };
        if let Some(tags) = selector.tags {
            self.add_submetric(&input.metric, metric, tags);
        } else {
            self.unjudged.extend(input.thresholds.iter().map(|spec| (metric, spec.clone())));
        }
    }

    #[expect(clippy::type_complexity, reason = "private, and named where it is called")]
    fn check_target(
        &self,
        input: &ThresholdInput,
    ) -> Result<(MetricId, Option<Vec<(String, String)>>, Vec<Threshold>), Vec<ThresholdError>>
    {
        let key = &input.metric;
        // Expressions are looked at even when the metric is wrong: one run shows all problems.
        let mut problems: Vec<ThresholdError> = Vec::new();
        let malformed = input.thresholds.iter().filter_map(|t| threshold::parse_spec(t).err());
        problems.extend(malformed);
        let selector = match selector::parse(key) {
            Ok(selector) => selector,
            Err(cause) => {
                problems.push(ThresholdError::Selector { metric: key.clone(), cause });
                return Err(problems);
            }
        };
        let Some(metric) = self.registry.find(&selector.metric) else {
            let similar = threshold::similar(&self.registry, &selector.metric);
            problems.push(ThresholdError::UnknownMetric { metric: key.clone(), similar });
            return Err(problems);
        };
        let kind = self.kind(metric);
        let mut thresholds = Vec::with_capacity(input.thresholds.len());
        for spec in &input.thresholds {
            match Threshold::new(key, kind, spec) {
                Ok(threshold) => thresholds.push(threshold),
                Err(problem) if problem.is_malformed() => {}
                Err(problem) => problems.push(problem),
            }
        }
        if problems.is_empty() { Ok((metric, selector.tags, thresholds)) } else { Err(problems) }
    }

    fn kind(&self, metric: MetricId) -> crate::metric::Kind {
        self.registry.get(metric).map_or(crate::metric::Kind::Counter, |metric| metric.kind)
    }

    fn warn_about_metadata(&mut self, key: &str, tags: &[(String, String)]) {
        for (name, _) in tags {
            let tag = name.parse::<SystemTag>();
            if tag.is_ok_and(|tag| !tag.is_indexed()) {
                self.warnings.push(format!(
                    "thresholds on {key} never see a sample: {name} is not indexed, so it cannot \
                     select samples"
                ));
            }
        }
    }

    fn add_submetric(
        &mut self,
        name: &str,
        parent: MetricId,
        selector: Vec<(String, String)>,
    ) -> SubmetricId {
        if let Some(known) = self.submetrics.iter().find(|known| known.name == name) {
            return known.id;
        }
        let id = SubmetricId(self.submetrics.len() as u32);
        self.submetrics.push(Submetric { id, name: name.to_owned(), parent, selector });
        self.by_metric[parent.index()].push(id);
        id
    }

    fn add_always_selected(&mut self) {
        let (tag, value) = ALWAYS_SELECTED;
        let selector = vec![(tag.as_str().to_owned(), value.to_owned())];
        let parent = builtin::HTTP_REQ_DURATION;
        if self.submetrics_of(parent).any(|known| known.selector == selector) {
            return;
        }
        let name = format!("{}{{{tag}:{value}}}", builtin::TABLE[parent.index()].name);
        self.add_submetric(&name, parent, selector);
    }

    /// All metrics.
    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// All submetrics, by number.
    pub fn submetrics(&self) -> &[Submetric] {
        &self.submetrics
    }

    /// Submetrics of a metric.
    pub fn submetrics_of(&self, metric: MetricId) -> impl Iterator<Item = &Submetric> {
        let ids = self.by_metric.get(metric.index()).into_iter().flatten();
        ids.map(|id| &self.submetrics[id.0 as usize])
    }

    /// Metrics and submetrics with thresholds, in the order in which they were given.
    pub fn targets(&self) -> &[Target] {
        &self.targets
    }

    /// Thresholds on a whole metric as they were written, judged or not.
    pub fn thresholds_of(&self, metric: MetricId) -> impl Iterator<Item = &ThresholdSpec> {
        let whole = move |target: &&Target| target.metric == metric && target.submetric.is_none();
        let judged = self.targets.iter().filter(whole).flat_map(|target| &target.thresholds);
        let unjudged = self.unjudged.iter().filter(move |(on, _)| *on == metric);
        judged.map(|threshold| &threshold.spec).chain(unjudged.map(|(_, spec)| spec))
    }

    /// True if a threshold can end the test early.
    pub fn can_abort(&self) -> bool {
        let mut thresholds = self.targets.iter().flat_map(|target| &target.thresholds);
        thresholds.any(|threshold| threshold.spec.abort_on_fail)
    }

    /// Bounds of the tables.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The tags that squall itself sets.
    pub fn system_tags(&self) -> SystemTags {
        self.system_tags
    }

    /// True if each series of this metric has a sink of its own.
    pub fn is_apart(&self, metric: MetricId) -> bool {
        match &self.apart {
            Apart::None => false,
            Apart::Metrics(metrics) => metrics.contains(&metric),
            Apart::All => true,
        }
    }

    /// What is odd but no reason to stop.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// Tags on which submetrics select: these survive when a table of tags is full.
    pub(crate) fn selected_tags(&self) -> impl Iterator<Item = (&str, &str)> {
        let pairs = self.submetrics.iter().flat_map(|submetric| &submetric.selector);
        pairs.map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Shared, as workers want it.
    #[must_use]
    pub fn shared(self) -> Arc<Self> {
        Arc::new(self)
    }
}

#[cfg(test)]
mod tests;
