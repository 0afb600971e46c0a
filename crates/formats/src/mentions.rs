//! Air waybill numbers in a message that is not read: what it says of them may be a do-not-load.

use consignment::ident::AirWaybill;

/// Most numbers kept of one message.
const MENTIONS_MAX: usize = 10_000;

/// Most bytes between the parts of a number.
const GAP_MAX: usize = 3;

/// Every number with a right check digit, each once, in order, not inside a longer number: three digits and
/// eight, the latter in one piece or cut in the middle, with blanks, hyphens, points or slants, or nothing,
/// between the parts.
pub(crate) fn waybills(bytes: &[u8]) -> Vec<AirWaybill> {
    let mut found = std::collections::BTreeSet::new();
    let mut numbers = Vec::new();
    let mut at = 0;
    while at < bytes.len() && numbers.len() < MENTIONS_MAX {
        let run = digits(&bytes[at..]);
        if run == 0 {
            at += 1;
            continue;
        }
        match number(&bytes[at..], run) {
            Some((number, length)) => {
                if found.insert(number) {
                    numbers.push(number);
                }
                at += length;
            }
            None => at += run,
        }
    }
    numbers
}

/// The same of a text.
pub fn waybills_in(text: &str) -> Vec<AirWaybill> {
    waybills(text.as_bytes())
}

/// The first number, with the bytes before it and those up to its end.
pub(crate) fn first(bytes: &[u8]) -> Option<(AirWaybill, usize, usize)> {
    let mut at = 0;
    while at < bytes.len() {
        let run = digits(&bytes[at..]);
        if run == 0 {
            at += 1;
            continue;
        }
        if let Some((number, length)) = number(&bytes[at..], run) {
            return Some((number, at, at + length));
        }
        at += run;
    }
    None
}

/// The number that starts here with a run of so many digits, and its length.
fn number(bytes: &[u8], run: usize) -> Option<(AirWaybill, usize)> {
    // The prefix may be joined to the serial number, and that be cut after its fourth digit.
    let mut text = bytes[..run].to_vec();
    let mut at = run;
    if run == 3 {
        let serial = at + gap(&bytes[at..])?;
        let length = digits(&bytes[serial..]);
        text.extend_from_slice(&bytes[serial..serial + length]);
        at = serial + length;
    }
    if text.len() == 7 {
        let rest = at + gap(&bytes[at..])?;
        let length = digits(&bytes[rest..]);
        text.extend_from_slice(&bytes[rest..rest + length]);
        at = rest + length;
    }
    let text = (text.len() == 11).then(|| String::from_utf8(text).ok())??;
    AirWaybill::parse(&format!("{}-{}", text.get(..3)?, text.get(3..)?)).ok().map(|number| (number, at))
}

/// Digits at the start.
fn digits(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| byte.is_ascii_digit()).count()
}

/// Bytes between two parts of a number; `None` where something else stands there.
fn gap(bytes: &[u8]) -> Option<usize> {
    // A dash or a blank that does not break, of typesetters.
    const LONG: [&[u8]; 3] = ["\u{2013}".as_bytes(), "\u{2011}".as_bytes(), "\u{A0}".as_bytes()];
    if let Some(long) = LONG.iter().find(|long| bytes.starts_with(long)) {
        return Some(long.len());
    }
    let length = bytes.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'-' | b'.' | b'/')).count();
    (1..=GAP_MAX).contains(&length).then_some(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_found_however_they_are_written() {
        let cases: &[(&str, &[&str])] = &[
            ("CSN/3\nWBI/888-20003034/M", &["888-20003034"]),
            ("88820003034FRAJFK and 888 20003034", &["888-20003034"]),
            ("888-20003035", &[]),
            ("1888-20003034", &[]),
            ("888-200030341", &[]),
            ("4471198882000303412", &[]),
            ("999-20001111,888-20003034", &["999-20001111", "888-20003034"]),
            ("AWB 888-2000 3034, and 8882000 3034", &["888-20003034"]),
            ("888 - 20003034", &["888-20003034"]),
            ("888/20003034", &["888-20003034"]),
            ("888.2000.3034", &["888-20003034"]),
            ("888\u{2013}20003034", &["888-20003034"]),
            ("888\u{A0}2000\u{A0}3034", &["888-20003034"]),
            ("888-2000 30341", &[]),
            ("888-2000    3034", &[]),
            ("888-200030 34", &[]),
            ("call 888 2000 or 3034", &[]),
            ("", &[]),
        ];
        for (text, expected) in cases {
            let found: Vec<String> = waybills(text.as_bytes()).iter().map(ToString::to_string).collect();
            assert_eq!(found, *expected, "{text}");
        }
    }
}
