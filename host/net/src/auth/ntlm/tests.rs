//! Against the example of MS-NLMP and messages that k6 has sent.

use proptest::prelude::*;

use super::*;

/// What k6 1.1.0 said to a server that sent [`challenge`] with a time, for `DOM\joe` and `secret`.
const OF_K6_HELLO: &str =
    "4e544c4d5353500001000000011088a00300030028000000000000002b0000000601b11d0000000f444f4d";
const OF_K6_PROOF: &str = "4e544c4d535350000300000000000000400000006a006a004000000006000600aa0000\
    0006000600b000000000000000b6000000000000000000000005828aa02ec88d8602004ae3b13f513952ce4fe00101\
    0000000000000090d336b734c301356740e5aa7f796e000000000200060044004f004d000100060053005200560004\
    00120064006f006d002e006c006f00630061006c00070008000090d336b734c301000000000000000044004f004d00\
    6a006f006500";

fn joe(user: &str) -> Credentials {
    Credentials { user: user.into(), password: "secret".into() }
}

fn entry(id: u16, value: &[u8]) -> Vec<u8> {
    [&id.to_le_bytes()[..], &(value.len() as u16).to_le_bytes(), value].concat()
}

fn challenge(flags: u32, with_time: bool) -> Vec<u8> {
    let mut info = entry(2, &utf16("DOM"));
    info.extend(entry(1, &utf16("SRV")));
    info.extend(entry(4, &utf16("dom.local")));
    if with_time {
        info.extend(entry(AV_TIMESTAMP, b"\x00\x90\xd3\x36\xb7\x34\xc3\x01"));
    }
    info.extend(entry(AV_END, b""));
    let mut message = Message::new(2);
    let mut payload = Payload::after(56);
    payload.add(&mut message, &utf16("DOM"));
    message.u32(flags);
    message.bytes(b"\x01\x23\x45\x67\x89\xab\xcd\xef\0\0\0\0\0\0\0\0");
    payload.add(&mut message, &info);
    message.bytes(&[10, 0, 0, 0, 0, 0, 0, 15]);
    message.bytes(&payload.bytes);
    message.0
}

const FLAGS: u32 = 0xa28a_8205;
const ENTROPY: [u8; 8] = *b"\x35\x67\x40\xe5\xaa\x7f\x79\x6e";

fn prove(user: &str, line: &str) -> Result<Vec<u8>, NtlmError> {
    let value = authenticate(Scheme::Ntlm, &joe(user), [line.as_bytes()], ENTROPY, 1)?;
    Ok(BASE64.decode(value.strip_prefix("NTLM ").unwrap()).unwrap())
}

fn line(challenge: &[u8]) -> String {
    format!("NTLM {}", BASE64.encode(challenge))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

#[test]
fn the_messages_are_those_of_k6() {
    let hello = negotiate(Scheme::Ntlm, &joe("DOM\\joe"));
    assert_eq!(hex(&BASE64.decode(hello.strip_prefix("NTLM ").unwrap()).unwrap()), OF_K6_HELLO);
    let proof = prove("DOM\\joe", &line(&challenge(FLAGS, true))).unwrap();
    assert_eq!(hex(&proof), OF_K6_PROOF);
}

#[test]
fn the_example_of_the_specification_comes_out() {
    // MS-NLMP, 4.2.4
    let key = owner_key("User", &utf16("Domain"), "Password");
    assert_eq!(hex(&key), "0c868a403bfd7a93a3001ef22ef02e3f");
    let mut target_info = entry(2, &utf16("Domain"));
    target_info.extend(entry(1, &utf16("Server")));
    target_info.extend(entry(0, b""));
    let challenge = ServerChallenge {
        flags: FLAGS,
        nonce: *b"\x01\x23\x45\x67\x89\xab\xcd\xef",
        target: Vec::new(),
        target_info,
        time: None,
    };
    let response = proof(&key, &challenge, [0xaa; 8], 0);
    assert_eq!(hex(&response[..16]), "68cd0ab851e51c96aabc927bebef6a1c");
}

#[test]
fn names_may_have_a_domain() {
    let line = line(&challenge(FLAGS, true));
    let names = |user: &str| {
        let message = prove(user, &line).unwrap();
        let fixed: &[u8; CHALLENGE_BYTES] = message.first_chunk().unwrap();
        let text = |at| {
            let bytes = part(&message, fixed, at).unwrap();
            bytes.chunks(2).map(|pair| char::from(pair[0])).collect::<String>()
        };
        (text(28), text(36))
    };
    assert_eq!(names("OTHER\\joe"), ("OTHER".into(), "joe".into()));
    assert_eq!(names("joe"), ("DOM".into(), "joe".into()));
    assert_eq!(names("joe@dom.local"), (String::new(), "joe@dom.local".into()));
    let hello = negotiate(Scheme::Negotiate, &joe("joe"));
    let hello = BASE64.decode(hello.strip_prefix("Negotiate ").unwrap()).unwrap();
    assert_eq!(hello.len(), NEGOTIATE_BYTES);
}

#[test]
fn ntlm_is_taken_where_both_are_offered() {
    let offered = |lines: &[&str]| Scheme::offered(lines.iter().map(|line| line.as_bytes()));
    assert_eq!(offered(&["Negotiate", "NTLM"]), Some(Scheme::Ntlm));
    assert_eq!(offered(&["Basic realm=x, negotiate"]), Some(Scheme::Negotiate));
    assert_eq!(offered(&["Basic realm=x"]), None);
    assert_eq!(offered(&[]), None);
}

#[test]
fn bad_challenges_are_told() {
    let good = challenge(FLAGS, false);
    assert!(prove("joe", &line(&good)).is_ok());
    assert_eq!(prove("joe", "NTLM"), Err(NtlmError::NoChallenge));
    assert_eq!(prove("joe", "Basic realm=x"), Err(NtlmError::NoChallenge));
    let malformed =
        |bytes: &[u8]| matches!(prove("joe", &line(bytes)), Err(NtlmError::Malformed(_)));
    for length in 1..good.len() {
        assert!(malformed(&good[..length]), "{length}");
    }
    assert!(malformed(b"something else that is long enough for a challenge, by far"));
    assert!(matches!(prove("joe", "NTLM A"), Err(NtlmError::Malformed(_))));
    for flags in [FLAGS & !NEGOTIATE_UNICODE, FLAGS | KEY_EXCHANGE] {
        let error = prove("joe", &line(&challenge(flags, false))).unwrap_err();
        assert!(matches!(error, NtlmError::Unsupported(_)));
    }
    let mut old = good;
    old[40..42].fill(0);
    assert_eq!(prove("joe", &line(&old)), Err(NtlmError::Unsupported("version 1")));
}

#[test]
fn time_begins_in_1601() {
    assert_eq!(file_time(0), 116_444_736_000_000_000);
    assert_eq!(file_time(1_000_000_000), 116_444_736_010_000_000);
}

proptest! {
    #[test]
    fn any_challenge_is_answered_or_refused(
        bytes in proptest::collection::vec(any::<u8>(), 0..200),
        damage in any::<[u8; 40]>(),
        user in ".{0,40}",
    ) {
        let _ = prove(&user, &line(&bytes));
        // One that begins well.
        let mut message = challenge(FLAGS, true);
        message[12..20].copy_from_slice(&damage[..8]);
        message[40..48].copy_from_slice(&damage[8..16]);
        message[60..84].copy_from_slice(&damage[16..]);
        let _ = prove(&user, &line(&message));
    }
}
