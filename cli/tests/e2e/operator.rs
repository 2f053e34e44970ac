//! Operators that pause.

use crate::common::node;
use serde_json::json;

#[test]
fn an_operator_should_take_no_clients_while_it_pauses() {
	let node = node();
	let [operator, client] = node.people(["pause-operator", "pause-client"]);
	let service = operator.json("operator service-create --name pausing")["service"].clone();
	operator.operates(&service, 100);
	operator.json(&format!(
		"operator offer --service {service} --latency-ms 9 --bandwidth-kbps 9 --uptime 9% --capacity 9 --price 0/1 --bond 100"
	));
	node.wait_for_offers(&service, 1);
	// A free offer asks for nothing.
	let subscribe =
		format!("client subscribe --operator {} --service {service} --prepaid 0", operator.address());
	client.json(&subscribe);
	assert_eq!(client.json("client subscriptions")[0]["ends_at"], json!(null));

	operator.json("operator pause");
	operator.run("operator pause").refused_with("Registry", "AlreadyPaused");
	client.run(&subscribe).refused_with("Registry", "OperatorNotAccepting");
	operator.json("operator resume");
	operator.run("operator resume").refused_with("Registry", "NotPaused");
	operator.json(&format!("operator offer-pause --service {service}"));
	client.run(&subscribe).refused_with("Registry", "OfferNotAccepting");
	let full = node.ask(&format!("client recommend --service {service} --anyone"));
	assert_eq!(full["recommended"], json!([]), "who takes no clients is not recommended");
	operator.json(&format!("operator offer-resume --service {service}"));
	client.json(&subscribe);

	operator.json("operator update --metadata second");
	let status = operator.json("operator status");
	assert_eq!((&status["metadata"], &status["status"]), (&json!("second"), &json!("active")));
}
