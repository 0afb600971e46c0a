//! Air waybill numbers in a message that is not read: what it says of them may be a do-not-load.

use consignment::ident::AirWaybill;

/// Most numbers kept of one message.
const MENTIONS_MAX: usize = 10_000;

/// Every number with a right check digit, each once, in order: three digits, a hyphen, blank or nothing,
/// and eight digits, not inside a longer number.
pub(crate) fn waybills(bytes: &[u8]) -> Vec<AirWaybill> {
    let mut found = std::collections::BTreeSet::new();
    let mut numbers = Vec::new();
    let mut at = 0;
    while at < bytes.len() && numbers.len() < MENTIONS_MAX {
        let run = bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        if run == 0 {
            at += 1;
            continue;
        }
        let digits = &bytes[at..at + run];
        let candidate = match run {
            11 => Some((digits.to_vec(), run)),
            3 => {
                let gap = bytes.get(at + 3).is_some_and(|byte| matches!(byte, b'-' | b' '));
                let serial =
                    bytes.get(at + 4..at + 12).filter(|serial| serial.iter().all(u8::is_ascii_digit));
                let ends = bytes.get(at + 12).is_none_or(|byte| !byte.is_ascii_digit());
                serial.filter(|_| gap && ends).map(|serial| ([digits, serial].concat(), 12))
            }
            _ => None,
        };
        let read = candidate.and_then(|(digits, length)| {
            let text = format!("{}-{}", ascii(&digits[..3]), ascii(&digits[3..]));
            AirWaybill::parse(&text).ok().map(|number| (number, length))
        });
        match read {
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

fn ascii(digits: &[u8]) -> String {
    digits.iter().map(|digit| char::from(*digit)).collect()
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
            ("", &[]),
        ];
        for (text, expected) in cases {
            let found: Vec<String> = waybills(text.as_bytes()).iter().map(ToString::to_string).collect();
            assert_eq!(found, *expected, "{text}");
        }
    }
}
