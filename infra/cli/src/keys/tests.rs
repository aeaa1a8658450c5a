//! Keys of a stage that is on the wire.

use super::rotation::{Patience, Rotation};
use super::*;
use crate::progress::Progress;
use stage::{Stage, State};

mod stage;

fn rotation<'a>(stage: &'a Stage, cloud: &'a Cloud, progress: &'a Progress, signer: Signer) -> Rotation<'a> {
    Rotation { cloud, names: &stage.names, progress, signer }
}

/// A stage with keys and all stacks.
fn deployed() -> Stage {
    let stage = Stage::new();
    let keys = ensure(&stage.cloud(), &stage.names).unwrap();
    stage.deploy(&keys);
    assert_eq!(stage.state().faults, [""; 0]);
    stage
}

#[test]
fn two_first_deploys_at_once_get_the_same_keys_and_neither_reads_a_private_one() {
    let stage = Stage::new();
    let both: Vec<_> = std::thread::scope(|scope| {
        let ensure = || scope.spawn(|| ensure(&stage.cloud(), &stage.names).unwrap());
        let both = [ensure(), ensure(), ensure(), ensure()];
        both.into_iter().map(|one| one.join().unwrap()).collect()
    });
    for keys in &both {
        assert_eq!((keys.jwks, keys.signing, &keys.guest), ([1; 3], [1; 3], &vec![1]));
    }
    let state = stage.state();
    assert_eq!(state.faults, [""; 0]);
    for issuer in ISSUERS {
        let (private, public) = (issuer.parameter(&stage.names, 1), issuer.key_set(&stage.names));
        let (private, public) = (&state.parameters[&private], &state.parameters[&public]);
        assert!(private.secret && private.values.len() == 1, "never written twice");
        let published = keys_of(&public.values[0]).unwrap();
        let stored: Value = serde_json::from_str(&private.values[0]).unwrap();
        assert_eq!((published.len(), &published[0]["kid"]), (1, &stored["kid"]), "the published key is the winner's");
    }
    for limiter in LIMITERS {
        let secret = &state.parameters[&stage.names.parameter(&format!("keys/{limiter}-limits"))];
        assert!(secret.secret && secret.values.len() == 1, "never written twice");
    }
}

#[test]
fn a_first_deploy_that_breaks_off_anywhere_is_healed_by_the_next() {
    let stage = Stage::new();
    let cloud = stage.cloud();
    for writes in 0.. {
        *stage.state() = State { left: Some(writes), ..State::default() };
        let finished = ensure(&cloud, &stage.names).is_ok();
        stage.state().left = None;
        let keys = ensure(&cloud, &stage.names).unwrap();
        stage.deploy(&keys);
        assert_eq!(stage.state().faults, [""; 0], "broken off after {writes} writes");
        if finished {
            assert_eq!(writes, 9, "six keys and three key sets");
            return;
        }
    }
}

#[test]
fn a_rotation_that_breaks_off_anywhere_goes_on_and_no_token_is_refused_meanwhile() {
    let (stage, progress) = (deployed(), Progress::start());
    let (cloud, before) = (stage.cloud(), stage.state().clone());
    for signer in Signer::ALL {
        let rotation = rotation(&stage, &cloud, &progress, signer);
        for writes in 0.. {
            *stage.state() = State { left: Some(writes), ..before.clone() };
            let finished = rotation.rotate(Patience::Skip).is_ok();
            stage.state().left = None;
            // Somebody else deploys in between, and the rotation goes on.
            let keys = ensure(&cloud, &stage.names).unwrap();
            stage.deploy(&keys);
            assert_eq!(rotation.rotate(Patience::Skip).unwrap(), 2);
            assert_eq!(stage.state().faults, [""; 0], "{signer:?} broken off after {writes} writes");
            assert_eq!(Ring::read(&cloud, &stage.names, signer).unwrap().signing_first(), [2, 1]);
            if finished {
                assert!(writes > 3);
                break;
            }
        }
    }
}

#[test]
fn a_former_key_is_retired_when_nothing_it_signed_is_alive_and_then_it_is_gone() {
    let (stage, progress) = (deployed(), Progress::start());
    let (cloud, before) = (stage.cloud(), stage.state().clone());
    for signer in Signer::ALL {
        *stage.state() = before.clone();
        let rotation = rotation(&stage, &cloud, &progress, signer);
        rotation.rotate(Patience::Skip).unwrap();
        // The store's clock stands at 1970: nothing that was signed is alive, so nothing of the former key is honoured.
        stage.state().signed.clear();
        let rotated = stage.state().clone();
        for writes in 0.. {
            *stage.state() = State { left: Some(writes), ..rotated.clone() };
            let finished = rotation.retire(Patience::Refuse).is_ok();
            stage.state().left = None;
            rotation.retire(Patience::Refuse).unwrap();
            let keys = ensure(&cloud, &stage.names).unwrap();
            stage.deploy(&keys);
            assert_eq!(stage.state().faults, [""; 0], "{signer:?} broken off after {writes} writes");
            assert_retired(&stage, signer);
            if finished {
                assert!(writes > 1);
                break;
            }
        }
    }
}

fn assert_retired(stage: &Stage, signer: Signer) {
    let state = stage.state();
    assert!(!state.parameters.contains_key(&signer.parameter(&stage.names, 1)), "{signer:?}");
    if signer == Signer::OrdersGuest {
        assert_eq!(state.stacks["souk-test-orders"]["GuestKeys"], "2");
        return;
    }
    let set = &state.parameters[&signer.key_set(&stage.names)];
    assert_eq!(keys_of(set.values.last().unwrap()).unwrap().len(), 1, "{signer:?}");
    let version = &state.stacks["souk-test-orders"][&signer.key_set_parameter()];
    assert_eq!(version, &set.values.len().to_string(), "verifiers trust the reduced set");
}

#[test]
fn a_key_is_not_retired_while_something_that_it_signed_is_alive() {
    let (stage, progress) = (deployed(), Progress::start());
    let cloud = stage.cloud();
    stage.state().clock = rotation::now();
    for signer in Signer::ALL {
        let rotation = rotation(&stage, &cloud, &progress, signer);
        rotation.rotate(Patience::Skip).unwrap();
        let refused = rotation.retire(Patience::Refuse).unwrap_err().to_string();
        assert!(refused.contains("s more, as what was signed"), "{refused}");
        assert_eq!(rotation.rotate(Patience::Skip).unwrap(), 2, "no third key while the first is honoured");
        assert_eq!(Ring::read(&cloud, &stage.names, signer).unwrap().former(), [1]);
    }
    assert_eq!(stage.state().faults, [""; 0]);
    stage.state().signed.clear();
    assert_eq!(rotation(&stage, &cloud, &progress, Signer::Users).retire(Patience::Skip).unwrap(), [1]);
    assert_eq!(rotation(&stage, &cloud, &progress, Signer::Users).rotate(Patience::Skip).unwrap(), 3);
}

#[test]
fn a_rotation_publishes_versions_of_the_code_that_is_deployed_and_touches_nothing_else() {
    let (stage, progress) = (deployed(), Progress::start());
    let cloud = stage.cloud();
    let before = stage.state().stacks.clone();
    rotation(&stage, &cloud, &progress, Signer::Catalog).rotate(Patience::Skip).unwrap();
    let after = stage.state().stacks.clone();
    let changed: Vec<_> = after.iter().filter(|(stack, parameters)| before[*stack] != **parameters).collect();
    let names: Vec<_> = changed.iter().map(|(stack, _)| stack.as_str()).collect();
    assert_eq!(names, ["souk-test-catalog", "souk-test-orders"]);
    for (stack, parameters) in changed {
        let release = &parameters["Release"];
        assert!(release.starts_with("0123-") && release != "0123-1", "{stack}: {release}");
        assert_eq!(parameters["UsersJwksVersion"], before[stack]["UsersJwksVersion"]);
    }
}

#[test]
fn a_key_set_of_an_earlier_version_keeps_what_it_holds_until_that_is_retired() {
    let stage = Stage::new();
    let cloud = stage.cloud();
    let held = json!({"keys": [{"kid": "of before"}]}).to_string();
    cloud.create_parameter(&Signer::Users.key_set(&stage.names), &held, None).unwrap();
    let keys = ensure(&cloud, &stage.names).unwrap();
    assert_eq!(keys.jwks, [2, 1, 1]);
    let state = stage.state();
    let published = keys_of(state.parameters["/souk/test/jwks/users"].values.last().unwrap()).unwrap();
    assert_eq!((published.len(), &published[0]["kid"]), (2, &json!("of before")));
}
