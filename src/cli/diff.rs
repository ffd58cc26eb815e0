//! `diff --from SOURCE --to SOURCE`

use std::error::Error as _;

use super::context::Context;
use super::history::SearchPathArgument;
use super::output::Outputs;
use super::{Answer, Values, rename, say};
use crate::diff::Hints;
use crate::lint;
use crate::plan::{Hazard, Options, Plan, Refusal, measured_lines};
use crate::prove::{Scratch, prove_plan, work_out};
use crate::report::{Acknowledged, Check, Finding, Format, Report, Severity, Source as Seen};
use crate::schema::Schema;
use crate::source::{Built, Compared, Live, Source};
use crate::{Error, Result};

#[derive(clap::Args)]
pub(super) struct Verb {
    /// models, migrations, migrations@7, a directory, FILE.sql, postgres://… or empty
    #[arg(long, value_name = "SOURCE")]
    from: String,
    /// As --from
    #[arg(long, value_name = "SOURCE")]
    to: String,
    /// Exits with 1 when there is a difference
    #[arg(long)]
    exit_code: bool,
    /// A rename where no model says it: table.old=new, table=new, and the same of enums and their labels
    #[arg(long, value_name = "OLD=NEW")]
    rename: Vec<String>,
    #[command(flatten)]
    search_path: SearchPathArgument,
    #[command(flatten)]
    values: Values,
    #[command(flatten)]
    outputs: Outputs,
}

pub(super) fn run(context: &Context, verb: Verb) -> Result<Answer> {
    verb.outputs.insist()?;
    let plan = work(context, &verb).inspect_err(|error| {
        context.done();
        verb.outputs.failed(context, "diff", error);
    })?;
    answer(context, &verb, &plan)
}

fn work(context: &Context, verb: &Verb) -> Result<Plan> {
    let (from, to) = (context.source(&verb.from)?, context.source(&verb.to)?);
    context.insist_on_use("diff", &[&from, &to])?;
    let live = live(context, &from, &to)?;
    if live.as_ref().is_some_and(|(from, to)| from.is_alike(to)) {
        return Ok(Plan::default());
    }
    let scratch = context.scratch(&verb.search_path, &[&from, &to])?;
    let sources = context.sources(&scratch);
    let Compared { current, wanted, whole } = match live {
        Some((here, there)) => {
            context.step("building what differs …");
            sources.compare(here, there).map_err(|error| error.while_doing(format!("{from} and {to}")))?
        }
        None => {
            context.step(&format!("building {from} …"));
            let current = sources.build(&from).map_err(|error| error.while_doing(&from))?;
            context.step(&format!("building {to} …"));
            let wanted =
                sources.build_wanted(&to, &current.schema).map_err(|error| error.while_doing(&to))?;
            Compared { current, whole: wanted.clone(), wanted }
        }
    };
    let mut options = context.plan_options(&verb.values, &whole)?;
    options.without_models = to != Source::Models;
    let mut hints = sources.hints(&to)?;
    hints.extend(rename::hints(&verb.rename, &current.schema, &wanted)?);
    planned(context, &scratch, &current, &wanted, &hints, &options, &verb.search_path)
}

/// The plan from `current` to `wanted`, measured and proven.
pub(super) fn planned(
    context: &Context,
    scratch: &Scratch,
    current: &Built,
    wanted: &Schema,
    hints: &Hints,
    options: &Options,
    search_path: &SearchPathArgument,
) -> Result<Plan> {
    let scope = &context.scope;
    let mut plan = work_out(scratch, &current.database, &current.schema, wanted, hints, options, scope)?;
    context.write_names(scratch, &mut plan, search_path)?;
    // Where a statement fails, that is said where it stands.
    if context.measure(scratch, &current.database, &mut plan, options)? && !plan.is_empty() {
        context.step("proving the plan …");
        match prove_plan(scratch, &current.database, &current.schema, &plan, wanted, scope) {
            Err(error) if error.is_refused() => plan.refusals.push(unproven(&error)),
            proven => proven?,
        }
    }
    Ok(plan)
}

/// What two live databases hold, read at the same time.
fn live(context: &Context, from: &Source, to: &Source) -> Result<Option<(Live, Live)>> {
    let (Source::Live(here), Source::Live(there)) = (from, to) else { return Ok(None) };
    context.step(&format!("reading {from} and {to} …"));
    let read = |url: &str| Live::read(url, &context.scope);
    let (here, there) = std::thread::scope(|scope| {
        let scope_of_other = &context.scope;
        let there = scope.spawn(move || Live::read(there, scope_of_other));
        (read(here), there.join())
    });
    let there = there.map_err(|_| Error::database("reading a database was given up"))?;
    let here = here.map_err(|error| error.while_doing(from))?;
    Ok(Some((here, there.map_err(|error| error.while_doing(to))?)))
}

fn answer(context: &Context, verb: &Verb, plan: &Plan) -> Result<Answer> {
    context.done();
    let report = Report { checks: vec![found(context, plan)?], ..Report::default() };
    verb.outputs.write(context, &report, |format| match format {
        Format::Human => Some(Ok(text(plan))),
        Format::Json => Some(say::json(plan)),
        _ => None,
    })?;
    let failed = plan.steps().flat_map(|step| &step.hazards).any(|hazard| hazard.rule == "fails");
    Ok(match () {
        () if failed || plan.refusals.iter().any(|refusal| refusal.rule == UNPROVEN) => Answer::Refused,
        () if verb.exit_code && !plan.is_empty() => Answer::No,
        () => Answer::Yes,
    })
}

/// The plan as a check: its hazards and refusals as findings, with the locks that were measured.
fn found(context: &Context, plan: &Plan) -> Result<Check> {
    let allow = lint::allow(context.global.allow.iter().cloned())?;
    let mut findings = Vec::new();
    for (number, step) in plan.steps().enumerate() {
        for hazard in &step.hazards {
            let mut finding = of_hazard(hazard);
            finding.statement = Some(number + 1);
            finding.evidence =
                step.measured.iter().flat_map(|measured| measured_lines(&[measured])).collect();
            if allow.covers(hazard.rule, &hazard.object) {
                finding.acknowledged = Some(Acknowledged { in_file: false, reason: None });
            }
            findings.push(finding);
        }
    }
    let said = |refusal: &&Refusal| {
        !findings.iter().any(|it| it.rule == refusal.rule && it.object.as_ref() == Some(&refusal.object))
    };
    let refusals: Vec<Finding> = plan.refusals.iter().filter(said).map(of_refusal).collect();
    findings.extend(refusals);
    let steps = say::count(plan.steps().count(), "statement");
    Ok(Check { name: "diff".to_owned(), message: findings.is_empty().then_some(steps), findings })
}

fn of_hazard(hazard: &Hazard) -> Finding {
    let severity = if hazard.destructive { Severity::Error } else { Severity::Warning };
    let mut finding = Finding::new(hazard.rule, severity, &hazard.message, Seen::Measured);
    finding.object = Some(hazard.object.clone());
    finding.help = lint::find(hazard.rule).map(|rule| rule.help().to_owned());
    finding
}

fn of_refusal(refusal: &Refusal) -> Finding {
    let mut finding = Finding::new(refusal.rule, Severity::Error, &refusal.message, Seen::Catalog);
    finding.object = Some(refusal.object.clone());
    finding.help = Some(refusal.help.clone());
    finding
}

/// The rule of a plan that does not reach the wanted schema.
const UNPROVEN: &str = "unproven";

/// Whose fault it is, where the proof says nothing else.
const DEFECT: &str = "this is a defect of Feedstock: please report it with both schemas";

/// What keeps `new` from writing the plan, whatever is allowed.
fn unproven(error: &Error) -> Refusal {
    let cause = error.source().map(|cause| format!(": {cause}")).unwrap_or_default();
    Refusal {
        rule: UNPROVEN,
        object: "plan".to_owned(),
        message: error.message().to_owned() + &cause,
        help: format!("do not apply it; {}", error.advice().unwrap_or(DEFECT)),
    }
}

/// The plan's SQL. What `new` would refuse and no hazard says stands in comments at the top.
pub(super) fn text(plan: &Plan) -> String {
    let said = |rule: &str| plan.steps().any(|step| step.hazards.iter().any(|hazard| hazard.rule == rule));
    let refusals = plan.refusals.iter().filter(|refusal| !said(refusal.rule));
    let comments: String = refusals
        .flat_map(|refusal| {
            refusal.to_string().lines().map(|line| format!("-- {line}\n")).collect::<Vec<_>>()
        })
        .collect();
    comments + &plan.script()
}
