//! Whether weight, pieces and volume can belong together.

use super::{about, index};
use consignment::document::PieceScope;
use consignment::field::SecurityField;
use consignment::goods::GoodsLine;
use consignment::issue::IssueTime;
use consignment::measure::Volume;
use consignment::security::IssuedAt;
use consignment::{Consignment, DocumentKind, Field};
use finding::{Finding, codes::quality as code};
use rust_decimal::{Decimal, RoundingStrategy};

/// Bounds beyond which weight, pieces and volume cannot belong together.
///
/// No source gives figures; the defaults are wide enough that only slips of unit or decimal point, and
/// impossible goods, lie beyond them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plausibility {
    /// Least weight of a piece, in kilograms.
    pub piece_kg_min: Decimal,
    /// Greatest weight of a piece, in kilograms.
    pub piece_kg_max: Decimal,
    /// Least density, in kilograms per cubic metre.
    pub density_min: Decimal,
    /// Greatest density, in kilograms per cubic metre.
    pub density_max: Decimal,
    /// Most days between the issue of the security status and that of the waybill.
    pub security_days_max: i32,
}

impl Default for Plausibility {
    /// A piece of 10 grams to 50 tonnes; from 2 kg for a cubic metre, looser than down feathers, to
    /// 23 000 kg, denser than any metal. A status of 30 days: goods wait days for their waybill, not months.
    fn default() -> Self {
        Self {
            piece_kg_min: Decimal::new(1, 2),
            piece_kg_max: Decimal::from(50_000),
            density_min: Decimal::from(2),
            density_max: Decimal::from(23_000),
            security_days_max: 30,
        }
    }
}

/// Checks pieces, weight and volume of a consignment and their relation.
pub(super) fn checks(consignment: &Consignment, limits: &Plausibility, findings: &mut Vec<Finding>) {
    if consignment.pieces == Some(0) {
        findings.push(about(consignment, code::PIECES_ZERO, Field::Pieces));
    }
    if consignment.weight.is_some_and(|weight| weight.value.is_zero()) {
        findings.push(about(consignment, code::WEIGHT_ZERO, Field::Weight));
    }
    if let (Some(slac), Some(pieces)) = (consignment.slac, consignment.pieces) {
        // Zero stands for "not counted" in many systems.
        if slac > 0 && slac < pieces {
            findings.push(
                about(consignment, code::SLAC_BELOW_PIECES, Field::Slac)
                    .with("slac", slac.to_string())
                    .with("pieces", pieces.to_string()),
            );
        }
    }
    let kg = consignment.weight.map(|weight| weight.to_kg()).filter(|kg| !kg.is_zero());
    if let (Some(kg), Some(pieces @ 1..)) = (kg, consignment.pieces) {
        let each = kg / Decimal::from(pieces);
        if each < limits.piece_kg_min || each > limits.piece_kg_max {
            findings.push(
                about(consignment, code::PIECE_WEIGHT_IMPLAUSIBLE, Field::Weight)
                    .with("kg", shown(each))
                    .with("min", shown(limits.piece_kg_min))
                    .with("max", shown(limits.piece_kg_max)),
            );
        }
    }
    if let Some(volume) = &consignment.volume {
        match cubic_metres(volume) {
            None => findings.push(
                about(consignment, code::VOLUME_UNIT_UNKNOWN, Field::Volume)
                    .with("unit", volume.unit.clone()),
            ),
            Some(cubic_metres) => {
                let density = kg.and_then(|kg| kg.checked_div(cubic_metres));
                if let Some(density) = density.filter(|d| *d < limits.density_min || *d > limits.density_max)
                {
                    findings.push(
                        about(consignment, code::DENSITY_IMPLAUSIBLE, Field::Volume)
                            .with("density", shown(density))
                            .with("min", shown(limits.density_min))
                            .with("max", shown(limits.density_max)),
                    );
                }
            }
        }
    }
    if consignment.kind == DocumentKind::Master && consignment.piece_scope == PieceScope::Part {
        findings.push(
            about(consignment, code::WAYBILL_STATES_PART, Field::Pieces)
                .with("pieces", consignment.pieces.unwrap_or_default().to_string()),
        );
    }
    dimensions(consignment, findings);
    lines(consignment, findings);
    security_age(consignment, limits, findings);
}

/// A status issued long before the waybill is a date mistyped, or the paper of other goods.
fn security_age(consignment: &Consignment, limits: &Plausibility, findings: &mut Vec<Finding>) {
    let security = consignment.security.as_ref().and_then(|security| security.issued_at.as_ref());
    let days = security.and_then(IssuedAt::date).zip(consignment.issue.at().map(IssueTime::day));
    let Some((issued, waybill)) = days else { return };
    if (waybill - issued).get_days() > limits.security_days_max {
        findings.push(
            about(consignment, code::SECURITY_ISSUED_LONG_AGO, Field::Security(SecurityField::IssuedAt))
                .with("issued", issued.to_string())
                .with("waybill", waybill.to_string())
                .with("days", limits.security_days_max.to_string()),
        );
    }
}

/// Compares the pieces whose dimensions are stated with those there are. Not all need be stated.
fn dimensions(consignment: &Consignment, findings: &mut Vec<Finding>) {
    let Some(pieces) = consignment.total_pieces.or(consignment.pieces) else { return };
    let stated = consignment.goods.iter().enumerate().flat_map(|(at, line)| {
        line.dimensions.iter().filter_map(move |written| Some((at, dimension_pieces(written)?)))
    });
    let mut sum: u64 = 0;
    for (at, of_line) in stated {
        sum += u64::from(of_line);
        if sum > u64::from(pieces) {
            findings.push(
                about(consignment, code::DIMENSIONS_EXCEED_PIECES, Field::Goods(index(at)))
                    .with("dimensions", total_of_dimensions(consignment).to_string())
                    .with("pieces", pieces.to_string()),
            );
            return;
        }
    }
}

fn total_of_dimensions(consignment: &Consignment) -> u64 {
    let written = consignment.goods.iter().flat_map(|line| &line.dimensions);
    written.filter_map(|written| dimension_pieces(written)).map(u64::from).sum()
}

/// The pieces of `CMT34-34-25/2`: what stands after the slant.
fn dimension_pieces(written: &str) -> Option<u32> {
    written.rsplit_once('/')?.1.trim().parse().ok()
}

/// Compares the goods lines with the totals, where every line states what is compared. A line that only
/// describes, such as the summary of a house or the second description of a rate line, counts nothing.
fn lines(consignment: &Consignment, findings: &mut Vec<Finding>) {
    let measured = |line: &&GoodsLine| line.pieces.is_some() || line.weight.is_some();
    let goods: Vec<&GoodsLine> = consignment.goods.iter().filter(measured).collect();
    if goods.is_empty() || consignment.piece_scope != PieceScope::Total {
        return;
    }
    let pieces: Option<u64> = goods.iter().map(|line| line.pieces.map(u64::from)).sum();
    if let (Some(lines), Some(total)) = (pieces, consignment.pieces)
        && lines != u64::from(total)
    {
        findings.push(
            about(consignment, code::GOODS_LINES_PIECES_DIFFER, Field::Pieces)
                .with("lines", lines.to_string())
                .with("total", total.to_string()),
        );
    }
    let weights = goods.iter().try_fold(Decimal::ZERO, |sum, line| sum.checked_add(line.weight?.to_kg()));
    if let (Some(lines), Some(total)) = (weights, consignment.weight) {
        // Each conversion to kilograms may round by half a gram.
        let rounding = Decimal::new(1, 3) * Decimal::from(goods.len());
        if difference(lines, total.to_kg()) > rounding {
            findings.push(
                about(consignment, code::GOODS_LINES_WEIGHT_DIFFER, Field::Weight)
                    .with("lines_kg", shown(lines))
                    .with("total_kg", shown(total.to_kg())),
            );
        }
    }
}

/// The distance between two amounts; the largest value where it does not fit.
pub(super) fn difference(a: Decimal, b: Decimal) -> Decimal {
    a.checked_sub(b).map_or(Decimal::MAX, |difference| difference.abs())
}

/// A number for people: up to three decimals, without trailing zeros.
pub(super) fn shown(number: Decimal) -> String {
    number.round_dp_with_strategy(3, RoundingStrategy::MidpointAwayFromZero).normalize().to_string()
}

/// The volume in cubic metres; `None` where the unit is none of a volume.
///
/// Codes: Cargo-IMP `MC`, `CF`, `CC`, `CI`; UN/CEFACT Recommendation 20 `MTQ`, `FTQ`, `CMQ`, `INQ`, `DMQ`.
fn cubic_metres(volume: &Volume) -> Option<Decimal> {
    let factor = match volume.unit.as_str() {
        "MC" | "MTQ" => Decimal::ONE,
        "DMQ" => Decimal::new(1, 3),
        "CC" | "CMQ" => Decimal::new(1, 6),
        // One foot is 0.3048 m and one inch 0.0254 m, exactly.
        "CF" | "FTQ" => Decimal::new(28_316_846_592, 12),
        "CI" | "INQ" => Decimal::new(16_387_064, 12),
        _ => return None,
    };
    // A product beyond the range of decimals is no volume of goods; it stays at the largest value.
    Some(volume.value.checked_mul(factor).unwrap_or(Decimal::MAX))
}
