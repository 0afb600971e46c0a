//! Pieces, weight and volume: `T60K1533.6MC0.36`, `P2K505.0T10`, `D2K440.1MC0.39T298`.

use super::Draft;
use crate::text::Slice;
use consignment::Consignment;
use consignment::document::PieceScope;
use consignment::field::Field;
use consignment::measure::{Volume, Weight, WeightUnit, parse_decimal};
use winnow::combinator::alt;
use winnow::error::EmptyError;
use winnow::prelude::*;
use winnow::token::take_while;

/// One code with its number, such as `K` and `1533.6`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Amount<'a> {
    /// Code and number.
    pub(super) whole: Slice<'a>,
    /// The code; empty where a number stands alone.
    pub(super) code: &'a str,
    /// The number, without blanks around it.
    pub(super) number: Slice<'a>,
}

/// A code, then everything up to the next letter.
fn amount<'a>(input: &mut &'a str) -> Result<(&'a str, &'a str), EmptyError> {
    let letter = |character: char| character.is_ascii_alphabetic();
    let long = take_while(2, letter).verify(|code: &str| is_volume(code) || code.eq_ignore_ascii_case("DG"));
    let code = alt((long, take_while(0..=1, letter)));
    (code, take_while(0.., move |character: char| !letter(character))).parse_next(input)
}

/// The amounts of an element, in order.
pub(super) fn amounts(element: Slice<'_>) -> impl Iterator<Item = Amount<'_>> {
    let mut rest = element.text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let before = rest;
        let (code, number) = amount(&mut rest).ok()?;
        let whole = element.locate(&before[..before.len() - rest.len()]);
        Some(Amount { whole, code, number: element.locate(number).trim() })
    })
}

/// Reads a number of pieces.
pub(super) fn pieces(text: &str) -> Result<u32, &'static str> {
    let sound = (1..=9).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if sound { text.parse().map_err(|_| "expected digits") } else { Err("expected one to nine digits") }
}

/// Reads a weight, such as `K` and `1533.6`.
pub(super) fn weight(code: &str, number: &str) -> Result<Weight, &'static str> {
    let unit = match code {
        "K" | "k" => WeightUnit::Kilogram,
        "L" | "l" => WeightUnit::Pound,
        _ => return Err("expected K or L before the weight"),
    };
    let value = parse_decimal(number).ok_or("expected digits with at most one point")?;
    Ok(Weight { value, unit })
}

/// Whether a code is one of volume: cubic metres, feet, centimetres or inches.
pub(super) fn is_volume(code: &str) -> bool {
    ["MC", "CF", "CC", "CI"].iter().any(|unit| unit.eq_ignore_ascii_case(code))
}

/// Reads a volume, such as `MC` and `0.36`.
pub(super) fn volume(code: &str, number: &str) -> Result<Volume, &'static str> {
    let value = parse_decimal(number).ok_or("expected digits with at most one point")?;
    Ok(Volume { value, unit: code.to_ascii_uppercase() })
}

/// Reads the quantity element of a waybill line into a consignment. Pieces are mandatory everywhere,
/// `weight_needed` says whether weight is.
pub(super) fn read(
    draft: &mut Draft,
    consignment: &mut Consignment,
    element: Slice<'_>,
    weight_needed: bool,
) {
    let element = element.trim();
    for (index, amount) in amounts(element).enumerate() {
        let Amount { whole, code, number } = amount;
        let scope = match code {
            "T" | "t" => Some(PieceScope::Total),
            "P" | "S" | "D" | "p" | "s" | "d" => Some(PieceScope::Part),
            _ => None,
        };
        match (index, scope) {
            (0, Some(scope)) => {
                consignment.piece_scope = scope;
                match pieces(number.text) {
                    Ok(pieces) => {
                        consignment.source.note(Field::Pieces, number.position());
                        consignment.pieces = Some(pieces);
                    }
                    Err(_) if number.is_empty() => draft.missing("pieces", number.position()),
                    Err(why) => draft.invalid(consignment, Field::Pieces, number, why),
                }
            }
            (0, None) => {
                draft.invalid(consignment, Field::Pieces, whole, "expected T, P, S or D before the pieces");
            }
            (_, Some(PieceScope::Total)) => match pieces(number.text) {
                Ok(total) => consignment.total_pieces = Some(total),
                Err(why) => draft.invalid(consignment, Field::Pieces, whole, why),
            },
            // The density group has no place in the model.
            _ if code.eq_ignore_ascii_case("DG") => {
                draft.keep_known("density group", whole.text, whole.position());
            }
            _ if is_volume(code) => match volume(code, number.text) {
                Ok(volume) => {
                    consignment.source.note(Field::Volume, whole.position());
                    consignment.volume = Some(volume);
                }
                Err(why) => draft.invalid(consignment, Field::Volume, whole, why),
            },
            _ => match weight(code, number.text) {
                Ok(weight) => {
                    consignment.source.note(Field::Weight, whole.position());
                    consignment.weight = Some(weight);
                }
                Err(_) if number.is_empty() && matches!(code, "K" | "k" | "L" | "l") => {}
                Err(why) => draft.invalid(consignment, Field::Weight, whole, why),
            },
        }
    }
    if element.is_empty() {
        draft.missing("pieces", element.position());
    }
    let unreadable = consignment.unreadable.iter().any(|unreadable| unreadable.field == Field::Weight);
    if weight_needed && consignment.weight.is_none() && !unreadable {
        draft.missing("weight", element.end());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use finding::Position;

    fn read_back(text: &str) -> (Consignment, Vec<(String, Option<Position>)>) {
        let mut draft = Draft::default();
        let mut consignment = Consignment::default();
        read(&mut draft, &mut consignment, Slice::new(text, 2, 21), true);
        let findings =
            draft.findings.into_iter().map(|f| (format!("{} {}", f.code, f.path), f.position)).collect();
        (consignment, findings)
    }

    #[test]
    fn quantities_of_every_message_are_read() {
        let cases = [
            ("T60K1533.6", "60 Total None 1533.6 -"),
            ("T1K40MC0.36", "1 Total None 40 0.36 MC"),
            ("T3L268.8CF12DG7", "3 Total None 268.8 12 CF"),
            ("P2K505.0T10", "2 Part Some(10) 505.0 -"),
            ("D2K440.1MC0.39T298", "2 Part Some(298) 440.1 0.39 MC"),
            ("t2k.5", "2 Total None 0.5 -"),
        ];
        for (text, expected) in cases {
            let (c, findings) = read_back(text);
            let weight = c.weight.map(|w| w.value.to_string()).unwrap_or_default();
            let volume = c.volume.map_or_else(|| "-".to_owned(), |v| format!("{} {}", v.value, v.unit));
            let pieces = c.pieces.map(|p| p.to_string()).unwrap_or_default();
            assert_eq!(
                format!("{pieces} {:?} {:?} {weight} {volume}", c.piece_scope, c.total_pieces),
                expected
            );
            assert!(findings.is_empty(), "{text}: {findings:?}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_marked_where_it_stands() {
        let cases = [
            ("60K1", "value-invalid pieces", Position::new(2, 21, 2)),
            ("TK1", "value-missing pieces", Position::new(2, 22, 0)),
            ("T6O K1", "value-invalid weight", Position::new(2, 23, 2)),
            ("T60K1,5", "value-invalid weight", Position::new(2, 24, 4)),
            ("T60", "value-missing weight", Position::new(2, 24, 0)),
            ("T60K", "value-missing weight", Position::new(2, 25, 0)),
            ("T60KMC0.3", "value-missing weight", Position::new(2, 30, 0)),
            ("T60K1MCx", "value-invalid volume", Position::new(2, 26, 2)),
            ("T60K1X9", "value-invalid weight", Position::new(2, 26, 2)),
            ("", "value-missing pieces", Position::new(2, 21, 0)),
        ];
        for (text, code, position) in cases {
            let (_, findings) = read_back(text);
            assert!(findings.contains(&(code.to_owned(), Some(position))), "{text}: {findings:?}");
        }
    }
}
