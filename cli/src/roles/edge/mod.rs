//! The network of edges: nodes, edges and their channels, what is signed between neighbours, who was cut off, and a watchtower.

pub mod args;
pub mod centre;
pub mod close;
pub mod cut;
pub mod evidence;
pub mod keys;
pub mod map;
pub mod node;
pub mod open;
pub mod route;
pub mod settle;
pub mod show;
pub mod vouchers;
pub mod watch;

use crate::cli::Ctx;
use anyhow::Result;
use args::NodeArg;
use clap::Subcommand;
use surety_primitives::EdgeId;

/// What can be done in the network of edges.
#[derive(Subcommand, Debug)]
pub enum EdgeVerb {
	/// Nodes: register, add stake, change the key, refresh, leave, show, list
	#[command(subcommand)]
	Node(node::NodeVerb),
	/// Propose an edge to another node, or open one at once by its standing offer
	Open(open::OpenArgs),
	/// Standing offers: accept edges from anybody
	#[command(subcommand)]
	Offer(open::OfferVerb),
	/// List proposals from and to a node
	Proposals {
		/// Its number or owner; that of the key when left out
		#[arg(conflicts_with = "all")]
		node: Option<NodeArg>,
		/// Those of all nodes
		#[arg(long)]
		all: bool,
	},
	/// Accept an edge that was proposed to your node
	Accept {
		/// Its number
		edge: EdgeId,
	},
	/// Take a proposal back, turn it down, or clear it away when it has expired
	Withdraw {
		/// Its number
		edge: EdgeId,
	},
	/// List edges of a node
	List {
		/// Its number or owner; that of the key when left out
		#[arg(conflicts_with = "all")]
		node: Option<NodeArg>,
		/// Those of all nodes
		#[arg(long)]
		all: bool,
		/// Those too that have ended and are remembered
		#[arg(long)]
		ended: bool,
	},
	/// Show an edge with its channel, and what severing it costs
	Show {
		/// Its number
		edge: EdgeId,
	},
	/// Propose other terms for an edge, or accept what the other end has proposed
	Reprice(open::RepriceArgs),
	/// Close an edge amicably: give notice, and later finish
	Close(close::CloseArgs),
	/// Sever an edge, by an intent that is signed now or that you hold. Looks by itself for what shows whether the network is
	/// cut in two
	Sever(close::SeverArgs),
	/// Intents to sever on paper: sign one without submitting it, check one
	#[command(subcommand)]
	Intent(close::IntentVerb),
	/// Vouchers: pay, check, take, endorse, hand in, settle
	#[command(subcommand)]
	Vouchers(vouchers::VoucherVerb),
	/// Settle who bears severed edges
	Settle {
		/// Their numbers
		#[arg(required = true)]
		edges: Vec<EdgeId>,
	},
	/// Forget edges that have ended long ago: the deposits for them are returned
	Prune {
		/// Their numbers
		#[arg(required = true)]
		edges: Vec<EdgeId>,
	},
	/// Show by open edges that components are one, where that was not known
	Join {
		/// Their numbers
		#[arg(required = true)]
		edges: Vec<EdgeId>,
	},
	/// Show by a way to the centre, which is found by itself, that your node is part of the main component
	Rejoin,
	/// Certificates of cuts: build, submit, relabel, clear
	#[command(subcommand)]
	Cut(cut::CutVerb),
	/// Claim that nodes that were cut off, and have not rejoined in time, lose their share: you get a part of it
	Punish {
		/// Their numbers or owners
		#[arg(required = true)]
		nodes: Vec<NodeArg>,
	},
	/// Report the owners of such nodes, for what stands behind these of their stake as operators. Takes the deposit for a report
	Report {
		/// Numbers or owners of the nodes
		#[arg(required = true)]
		nodes: Vec<NodeArg>,
	},
	/// The centre: show, compare, challenge, stand in
	#[command(subcommand)]
	Centre(centre::CentreVerb),
	/// Which component is the main one: claim, refute
	#[command(subcommand)]
	Main(centre::MainVerb),
	/// Find the cheapest routes to a node within limits
	Route(route::RouteArgs),
	/// Watch: hand in vouchers when channels close, show cuts, claim, settle, rejoin. Runs until it is stopped
	Watch(watch::WatchArgs),
	/// Draw the network, as text and as a picture
	Map(map::MapArgs),
}

/// Does it.
pub async fn run(ctx: &Ctx, verb: EdgeVerb) -> Result<()> {
	// It connects by itself, again and again.
	if let EdgeVerb::Watch(args) = verb {
		return watch::run(ctx, args).await;
	}
	let chain = &ctx.chain().await?;
	match verb {
		EdgeVerb::Node(verb) => node::run(ctx, chain, verb).await,
		EdgeVerb::Open(args) => open::open(ctx, chain, args).await,
		EdgeVerb::Offer(verb) => open::offer(ctx, chain, verb).await,
		EdgeVerb::Proposals { node, all } => show::proposals(ctx, chain, &node, all).await,
		EdgeVerb::Accept { edge } => open::accept(ctx, chain, edge).await,
		EdgeVerb::Withdraw { edge } => open::withdraw(ctx, chain, edge).await,
		EdgeVerb::List { node, all, ended } => show::list(ctx, chain, &node, all, ended).await,
		EdgeVerb::Show { edge } => show::edge(ctx, chain, edge).await,
		EdgeVerb::Reprice(args) => open::reprice(ctx, chain, args).await,
		EdgeVerb::Close(args) => close::close(ctx, chain, args).await,
		EdgeVerb::Sever(args) => close::sever(ctx, chain, args).await,
		EdgeVerb::Intent(verb) => close::intent(ctx, chain, verb).await,
		EdgeVerb::Vouchers(verb) => vouchers::run(ctx, chain, verb).await,
		EdgeVerb::Settle { edges } => settle::each(ctx, chain, "settle", &edges).await,
		EdgeVerb::Prune { edges } => settle::each(ctx, chain, "prune", &edges).await,
		EdgeVerb::Join { edges } => settle::each(ctx, chain, "join", &edges).await,
		EdgeVerb::Rejoin => settle::rejoin(ctx, chain).await,
		EdgeVerb::Cut(verb) => cut::run(ctx, chain, verb).await,
		EdgeVerb::Punish { nodes } => settle::claim(ctx, chain, "punish", &nodes).await,
		EdgeVerb::Report { nodes } => settle::claim(ctx, chain, "report", &nodes).await,
		EdgeVerb::Centre(verb) => centre::run(ctx, chain, verb).await,
		EdgeVerb::Main(verb) => centre::main(ctx, chain, verb).await,
		EdgeVerb::Route(args) => route::run(ctx, chain, args).await,
		EdgeVerb::Watch(args) => watch::run(ctx, args).await,
		EdgeVerb::Map(args) => map::run(ctx, chain, args).await,
	}
}
