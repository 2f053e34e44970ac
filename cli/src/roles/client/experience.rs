//! What a client remembers of operators. Nothing here talks to a node.

use crate::{
	args::{address, AccountArg},
	cli::Ctx,
	output::table,
	recommend::experience::{now_ms, Database, Record},
};
use anyhow::Result;
use clap::{Args, Subcommand};
use serde_json::json;
use std::path::PathBuf;
use surety_primitives::ServiceId;

/// What can be done with experience.
#[derive(Subcommand, Debug)]
pub enum ExperienceVerb {
	/// Remember how a request went
	Record(RecordArgs),
	/// Show what is remembered
	List(SelectArgs),
	/// Forget what is remembered
	Forget(ForgetArgs),
}

/// Where experience is kept.
#[derive(Args, Debug)]
pub struct DatabaseArgs {
	/// File in which experience is kept, surety/experience.redb in the user's data directory unless it says
	/// otherwise; use one for each network
	#[arg(long = "db", env = "SURETY_EXPERIENCE", value_name = "FILE")]
	pub path: Option<PathBuf>,
}

/// A request.
#[derive(Args, Debug)]
#[command(group = clap::ArgGroup::new("outcome").required(true).args(["ok", "failed"]))]
pub struct RecordArgs {
	/// Whose service it was
	#[arg(long)]
	operator: AccountArg,
	/// Number of the service
	#[arg(long)]
	service: ServiceId,
	/// It was answered as promised
	#[arg(long)]
	ok: bool,
	/// It was not
	#[arg(long)]
	failed: bool,
	/// Milliseconds to the answer
	#[arg(long, value_name = "MS")]
	latency_ms: Option<u32>,
	#[command(flatten)]
	database: DatabaseArgs,
}

/// Some requests.
#[derive(Args, Debug)]
pub struct SelectArgs {
	/// Only this operator's
	#[arg(long)]
	operator: Option<AccountArg>,
	/// Only this service's
	#[arg(long)]
	service: Option<ServiceId>,
	#[command(flatten)]
	database: DatabaseArgs,
}

impl SelectArgs {
	fn holds(&self, record: &Record) -> bool {
		self.operator.as_ref().is_none_or(|operator| operator.0 == record.operator)
			&& self.service.is_none_or(|service| service == record.service)
	}
}

/// Requests to forget.
#[derive(Args, Debug)]
#[command(group = clap::ArgGroup::new("which").required(true).multiple(true).args(["operator", "service", "older_than_days", "all"]))]
pub struct ForgetArgs {
	#[command(flatten)]
	select: SelectArgs,
	/// Only what is older
	#[arg(long, value_name = "DAYS")]
	older_than_days: Option<u32>,
	/// Everything
	#[arg(long, conflicts_with_all = ["operator", "service", "older_than_days"])]
	all: bool,
}

/// Does it.
pub fn run(ctx: &Ctx, verb: ExperienceVerb) -> Result<()> {
	match verb {
		ExperienceVerb::Record(args) => record(ctx, args),
		ExperienceVerb::List(args) => list(ctx, args),
		ExperienceVerb::Forget(args) => forget(ctx, args),
	}
}

fn record(ctx: &Ctx, args: RecordArgs) -> Result<()> {
	let record = Record {
		operator: args.operator.0,
		service: args.service,
		time_ms: now_ms()?,
		ok: args.ok,
		latency_ms: args.latency_ms,
	};
	let record = Database::open(&args.database.path)?.add(record)?;
	ctx.out.emit(&record_json(&record), || {
		format!(
			"recorded: {} of {}",
			if record.ok { "an answer" } else { "a failure" },
			address(&record.operator)
		)
	})
}

fn record_json(record: &Record) -> serde_json::Value {
	json!({
		"operator": address(&record.operator),
		"service": record.service,
		"time_ms": record.time_ms,
		"ok": record.ok,
		"latency_ms": record.latency_ms,
	})
}

fn list(ctx: &Ctx, args: SelectArgs) -> Result<()> {
	let mut records = Database::read(&args.database.path)?;
	records.retain(|record| args.holds(record));
	let now = now_ms()?;
	let json: Vec<_> = records.iter().map(record_json).collect();
	ctx.out.emit(&json.into(), || {
		table(
			["SERVICE", "OPERATOR", "AGE", "OUTCOME", "LATENCY"],
			records.iter().map(|record| {
				[
					record.service.to_string(),
					address(&record.operator),
					format!("{} min", now.saturating_sub(record.time_ms) / 60_000),
					(if record.ok { "ok" } else { "failed" }).into(),
					record.latency_ms.map_or("-".into(), |ms| format!("{ms} ms")),
				]
			}),
		)
	})
}

fn forget(ctx: &Ctx, args: ForgetArgs) -> Result<()> {
	let now = now_ms()?;
	let age = args.older_than_days.map(|days| u64::from(days).saturating_mul(86_400_000));
	let forgotten = Database::open(&args.select.database.path)?.forget(|record| {
		args.select.holds(record) && age.is_none_or(|age| now.saturating_sub(record.time_ms) > age)
	})?;
	ctx.out.emit(&json!({ "forgotten": forgotten }), || format!("forgot {forgotten}"))
}
