//! Keys of a stage that is on the wire.

use std::collections::BTreeMap;

use events::Capability;

use super::rotation::{Patience, Rotation};
use super::*;
use crate::progress::Progress;
use stage::{Change, Stage, State};

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

/// Repeats a rotation that broke off. One that was done is refused, since a former key is to be retired.
fn go_on(rotation: &Rotation<'_>) {
    let ring = Ring::read(rotation.cloud, rotation.names, rotation.signer).unwrap();
    if ring.signing == 1 {
        assert_eq!(rotation.rotate(Patience::Skip).unwrap(), 2);
    } else {
        rotation.rotate(Patience::Skip).unwrap_err();
    }
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
    for name in LIMITERS.map(|limiter| format!("keys/{limiter}-limits")).into_iter().chain([GUESTS.to_owned()]) {
        let secret = &state.parameters[&stage.names.parameter(&name)];
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
            assert_eq!(writes, 11, "eight keys and three key sets");
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
        for (writes, deploys) in (0..).flat_map(|writes| [(writes, false), (writes, true)]) {
            *stage.state() = State { left: Some(writes), ..before.clone() };
            let finished = rotation.rotate(Patience::Skip).is_ok();
            stage.state().left = None;
            // Also if somebody else deploys in between, the rotation goes on.
            if deploys {
                let keys = ensure(&cloud, &stage.names).unwrap();
                stage.deploy(&keys);
            }
            go_on(&rotation);
            assert_eq!(stage.state().faults, [""; 0], "{signer:?} broken off after {writes} writes");
            assert_eq!(Ring::read(&cloud, &stage.names, signer).unwrap().signing_first(), [2, 1]);
            if finished && deploys {
                assert!(writes > 3);
                break;
            }
        }
    }
}

#[test]
fn a_change_that_is_rolled_back_is_made_again_before_a_new_key_signs() {
    let (stage, progress) = (deployed(), Progress::start());
    let (cloud, before) = (stage.cloud(), stage.state().clone());
    for signer in Signer::ALL {
        let rotation = rotation(&stage, &cloud, &progress, signer);
        for writes in 0.. {
            *stage.state() = State { left: Some(writes), ..before.clone() };
            let finished = rotation.rotate(Patience::Skip).is_ok();
            stage.state().left = None;
            for stack in stage.state().stacks.values_mut() {
                stack.change = stack.change.map(|change| Change { fails: true, ..change });
            }
            go_on(&rotation);
            assert_eq!(stage.state().faults, [""; 0], "{signer:?} broken off after {writes} writes");
            let orders = &stage.state().stacks["souk-test-orders"].in_force;
            let (name, value) = match signer {
                Signer::OrdersGuest => ("GuestKeys".to_owned(), "2,1"),
                issuer => (issuer.key_set_parameter(), "2"),
            };
            assert_eq!(orders[&name], value);
            if finished {
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
        for (writes, deploys) in (0..).flat_map(|writes| [(writes, false), (writes, true)]) {
            *stage.state() = State { left: Some(writes), ..rotated.clone() };
            let finished = rotation.retire(Patience::Refuse).is_ok();
            stage.state().left = None;
            if deploys {
                let keys = ensure(&cloud, &stage.names).unwrap();
                stage.deploy(&keys);
            }
            rotation.retire(Patience::Refuse).unwrap();
            assert_eq!(stage.state().faults, [""; 0], "{signer:?} broken off after {writes} writes");
            assert_retired(&stage, signer);
            if finished && deploys {
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
        assert_eq!(state.stacks["souk-test-orders"].in_force["GuestKeys"], "2");
        return;
    }
    let set = &state.parameters[&signer.key_set(&stage.names)];
    assert_eq!(keys_of(set.values.last().unwrap()).unwrap().len(), 1, "{signer:?}");
    let version = &state.stacks["souk-test-orders"].in_force[&signer.key_set_parameter()];
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
        let refused = rotation.rotate(Patience::Skip).unwrap_err().to_string();
        assert!(refused.contains("signs with key 2, and key 1 is to be retired first"), "{refused}");
        let ring = Ring::read(&cloud, &stage.names, signer).unwrap();
        assert_eq!(ring.signing_first(), [2, 1], "no third key while the first is honoured");
    }
    assert_eq!(stage.state().faults, [""; 0]);
    stage.state().signed.clear();
    assert_eq!(rotation(&stage, &cloud, &progress, Signer::Users).retire(Patience::Skip).unwrap(), [1]);
    assert_eq!(rotation(&stage, &cloud, &progress, Signer::Users).rotate(Patience::Skip).unwrap(), 3);
}

#[test]
fn a_key_that_a_late_deployment_made_sign_again_is_not_retired_until_what_it_signed_is_dead() {
    let (stage, progress) = (deployed(), Progress::start());
    let (cloud, before) = (stage.cloud(), stage.state().clone());
    let early = ensure(&cloud, &stage.names).unwrap();
    for signer in Signer::ALL {
        *stage.state() = before.clone();
        let rotation = rotation(&stage, &cloud, &progress, signer);
        rotation.rotate(Patience::Skip).unwrap();
        stage.deploy(&early);
        {
            // Verifiers refuse the new key's tokens, which that deployment did. What is signed from now on must be honoured.
            let mut state = stage.state();
            state.signed.clear();
            state.faults.clear();
            state.look();
        }
        let late = stage.state().clone();
        for writes in 0..14 {
            *stage.state() = State { left: Some(writes), clock: rotation::now(), ..late.clone() };
            rotation.retire(Patience::Refuse).unwrap_err();
            stage.state().left = None;
            if signer == Signer::Users {
                // The key set that verifiers keep is to be waited for as well.
                let refused = rotation.retire(Patience::Refuse).unwrap_err().to_string();
                assert!(refused.contains("s more"), "{refused}");
                go_on(&rotation);
            }
            let refused = rotation.retire(Patience::Refuse).unwrap_err().to_string();
            assert!(refused.contains("s more, as what was signed"), "{refused}");
            assert_eq!(Ring::read(&cloud, &stage.names, signer).unwrap().signing_first(), [2, 1]);
            assert_eq!(stage.state().faults, [""; 0], "{signer:?} broken off after {writes} writes");
            let (name, value) = if signer == Signer::OrdersGuest { ("GuestKeys", "2,1") } else { ("SigningKey", "2") };
            let signing = &stage.state().stacks[&stage.names.stack(signer.part())].in_force[name];
            assert_eq!(signing, value, "{signer:?} broken off after {writes} writes");
        }
    }
}

#[test]
fn who_acts_on_money_and_rights_refuses_a_retired_key_first() {
    let (stage, progress) = (deployed(), Progress::start());
    let cloud = stage.cloud();
    let rotation = rotation(&stage, &cloud, &progress, Signer::Users);
    rotation.rotate(Patience::Skip).unwrap();
    stage.state().changed.clear();
    rotation.retire(Patience::Skip).unwrap();
    let changed = stage.state().changed.clone();
    assert_eq!(changed[..3], ["souk-test-orders", "souk-test-payments", "souk-test-users"]);
    assert_eq!(changed.len(), Capability::ALL.len(), "each of them once");
}

#[test]
fn a_rotation_publishes_versions_of_the_code_that_is_deployed_and_touches_nothing_else() {
    let (stage, progress) = (deployed(), Progress::start());
    let cloud = stage.cloud();
    let in_force = || -> BTreeMap<_, _> {
        stage.state().stacks.iter().map(|(name, stack)| (name.clone(), stack.in_force.clone())).collect()
    };
    let before = in_force();
    rotation(&stage, &cloud, &progress, Signer::Catalog).rotate(Patience::Skip).unwrap();
    let after = in_force();
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
