//! Comparing a word of a script that leaves out short vowels with one that writes them, by their keys of sounds.
//!
//! The consonants must follow one another alike. Vowels that only the Latin word has cost nothing; `A`, `V` and `I` of
//! the skeleton may be vowels, consonants or glides there. So `MHMD` is MUHAMMAD and MOHAMED, and `MHMVD` rather
//! MAHMOUD.

use crate::edits::EDIT;

/// Vowels of the skeleton that the other word lacks.
const LONG_VOWEL_LOST: u32 = 500;
/// A vowel of the skeleton for another one.
const VOWEL: u32 = 300;
/// A vowel that only the full word has at its beginning or end, where scripts of consonants mostly write one.
const EDGE_VOWEL_LOST: u32 = 400;
/// A breath that only one writes.
const BREATH: u32 = 200;
/// Consonants that scripts and languages exchange.
const NEAR: u32 = 500;

/// The letter that stands in for one that the script lacks.
const ABSENT_LETTER: u32 = 200;
/// Letters with a dot more (DH, TH, the emphatic ones) as Persian and Urdu speak them.
const DOTTED: u32 = 250;
/// The T of a feminine ending, which is spoken before another word.
const FEMININE: u32 = 150;
/// A diphthong of the skeleton for a plain vowel.
const DIPHTHONG: u32 = 100;

/// Longest keys that are compared; longer words are not names.
const LONGEST: usize = 64;

/// How many consonants a key has that no usage leaves out.
pub(crate) fn consonants(key: &str) -> usize {
    key.bytes().filter(|letter| !matches!(letter, b'A' | b'I' | b'U' | b'Y' | b'V' | b'H')).count()
}

/// Which consonants a key has, that no usage leaves out; and these with all that are near to them. One bit each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Consonants {
    own: u32,
    near: u32,
}

impl Consonants {
    pub(crate) fn of(key: &str) -> Self {
        let is_kept = |letter: &u8| !matches!(letter, b'A' | b'I' | b'U' | b'Y' | b'V' | b'H');
        let own = key.bytes().filter(is_kept).fold(0, |bits, letter| bits | bit(letter));
        // `V` and `H` may stand for consonants near to them.
        let mut near = key.bytes().fold(0, |bits, letter| match letter {
            b'A'..=b'Z' => bits | NEAR_OF[usize::from(letter - b'A')],
            other => bits | bit(other),
        });
        if may_be_feminine(key) {
            near |= bit(b'T');
        }
        Self { own, near }
    }

    /// A necessary condition for a skeleton to be within `most` whole edits of a full word: every consonant that is
    /// not even near to any of the other costs one.
    pub(crate) fn could_agree(&self, other: &Self, most: u32) -> bool {
        (self.own & !other.near).count_ones() <= most && (other.own & !self.near).count_ones() <= most
    }
}

/// The bit of a letter; whatever is no letter has one together.
const fn bit(letter: u8) -> u32 {
    if letter.is_ascii_uppercase() { 1 << (letter - b'A') } else { 1 << 26 }
}

/// Each letter with all that are near to it.
static NEAR_OF: [u32; 26] = {
    let mut near = [0; 26];
    let mut letter = 0;
    while letter < near.len() {
        near[letter] = 1 << letter;
        letter += 1;
    }
    // The skeleton's `I` may be a `J`.
    near[(b'I' - b'A') as usize] |= bit(b'J');
    let mut pair = 0;
    while pair < NEAR_CONSONANTS.len() {
        let (a, b) = NEAR_CONSONANTS[pair];
        near[(a - b'A') as usize] |= bit(b);
        near[(b - b'A') as usize] |= bit(a);
        pair += 1;
    }
    near
};

/// Most consonants and glides of a skeleton that is a word; of those that lists have no word has more. A longer one, and
/// one of more readings than [`READINGS_MOST`], is no name: comparing it with every word would only take time.
const WORD_LONGEST: usize = 11;

/// Whether the key of a skeleton may be that of a word.
pub(crate) fn is_word(key: &str) -> bool {
    let glides = key.bytes().filter(|letter| matches!(letter, b'V' | b'I')).count() as u32;
    consonants_at_most(key) <= WORD_LONGEST
        && 1 << (glides + u32::from(may_be_feminine(key))) <= READINGS_MOST
}

/// Most readings of a skeleton that are gone through.
const READINGS_MOST: usize = 64;

/// The consonants of the key of a full word, letters that may stand for one another folded into one.
///
/// [`distance`] is at least a whole edit for each edit between this and the nearest of [`skeleton_classes`]: whatever
/// costs less than that is a vowel or breath, which are left out, or an exchange within a class.
pub(crate) fn full_classes(key: &str) -> String {
    classes_of_full(key).collect()
}

/// The same letter by letter.
pub(crate) fn classes_of_full(key: &str) -> impl Iterator<Item = char> {
    key.chars().filter_map(|letter| if letter == 'V' { Some('P') } else { class(letter) })
}

/// The same of a skeleton, of which `V` may be a vowel or a consonant and `I` a vowel or a `J`; `None` where that makes
/// too many readings.
pub(crate) fn skeleton_classes(key: &str) -> Option<Vec<String>> {
    let mut readings = vec![String::new()];
    for letter in key.chars() {
        let consonant = match letter {
            'V' => 'P',
            'I' => 'T',
            letter => {
                readings.iter_mut().for_each(|reading| reading.extend(class(letter)));
                continue;
            }
        };
        if readings.len() * 2 > READINGS_MOST {
            return None;
        }
        let consonants: Vec<String> =
            readings.iter().map(|reading| format!("{reading}{consonant}")).collect();
        readings.extend(consonants);
    }
    if may_be_feminine(key) {
        if readings.len() * 2 > READINGS_MOST {
            return None;
        }
        let spoken: Vec<String> = readings.iter().map(|reading| format!("{reading}T")).collect();
        readings.extend(spoken);
    }
    Some(readings)
}

/// The last letter of a skeleton may be the ending of the feminine, which is A or AT.
fn may_be_feminine(key: &str) -> bool {
    key.ends_with(['A', 'H'])
}

/// The class of a letter that stands for a consonant.
fn class(letter: char) -> Option<char> {
    match letter {
        'A' | 'I' | 'U' | 'Y' | 'V' | 'H' => None,
        'B' | 'P' | 'F' => Some('P'),
        'C' | 'J' | 'S' | 'T' | 'D' | 'Z' | 'G' | 'K' => Some('T'),
        letter => Some(letter),
    }
}

/// How many letters of a key may be counted as [`consonants`] of the other word.
pub(crate) fn consonants_at_most(key: &str) -> usize {
    let letters = key.bytes().filter(|letter| !matches!(letter, b'A' | b'U' | b'Y' | b'H')).count();
    letters + usize::from(may_be_feminine(key))
}

/// The distance of a skeleton and a full word in thousandths of an edit, by their keys.
#[cfg(test)]
pub(crate) fn distance(skeleton: &str, full: &str) -> u32 {
    distance_within(skeleton, full, u32::MAX).unwrap_or(u32::MAX)
}

/// The distance of a skeleton and a full word in thousandths of an edit, by their keys, where it is at most `most`.
pub(crate) fn distance_within(skeleton: &str, full: &str, most: u32) -> Option<u32> {
    let (skeleton, full) = (skeleton.as_bytes(), full.as_bytes());
    if skeleton.len() > LONGEST || full.len() > LONGEST {
        return Some(EDIT * LONGEST as u32).filter(|distance| *distance <= most);
    }
    // Of the beginnings of the full word, what they cost against the letters of the skeleton so far, one row over the
    // other; and what each letter costs that the skeleton lacks.
    let (mut costs, mut lost) = ([0_u32; LONGEST + 1], [0_u32; LONGEST]);
    for column in 0..full.len() {
        lost[column] = lost_in_skeleton(full, column);
        costs[column + 1] = costs[column] + lost[column];
    }
    for (row, letter) in skeleton.iter().enumerate() {
        let (last, lost_letter) = (row + 1 == skeleton.len(), lost_in_full(*letter));
        let (mut aslant, mut before) = (costs[0], costs[0] + lost_letter);
        costs[0] = before;
        let mut least = before;
        let columns = full.iter().zip(&lost).zip(&mut costs[1..]);
        for ((other, lost), cost) in columns {
            let above = *cost;
            before = (aslant + instead(*letter, last, *other)).min(above + lost_letter).min(before + lost);
            (*cost, aslant) = (before, above);
            least = least.min(before);
        }
        // No cost is below nothing, so what is to come only adds.
        if least > most {
            return None;
        }
    }
    Some(costs[full.len()]).filter(|distance| *distance <= most)
}

const fn is_vowel(letter: u8) -> bool {
    matches!(letter, b'A' | b'I' | b'U' | b'Y')
}

/// What it costs that the full word has a letter that the skeleton lacks.
fn lost_in_skeleton(full: &[u8], place: usize) -> u32 {
    match full[place] {
        b'H' => BREATH,
        letter if is_vowel(letter) && (place == 0 || place + 1 == full.len()) => EDGE_VOWEL_LOST,
        letter if is_vowel(letter) => 0,
        _ => EDIT,
    }
}

/// What it costs that the skeleton has a letter that the full word lacks.
fn lost_in_full(letter: u8) -> u32 {
    match letter {
        b'H' => BREATH,
        b'A' => LONG_VOWEL_LOST / 2,
        b'V' | b'I' | b'Y' => LONG_VOWEL_LOST,
        _ => EDIT,
    }
}

/// What it costs that a letter of the skeleton, its last or not, stands for one of the full word.
fn instead(skeleton: u8, last: bool, full: u8) -> u32 {
    if skeleton == full {
        return 0;
    }
    match (skeleton, full) {
        (b'A'..=b'Z', b'A'..=b'Z') => {
            let costs = if last { &LAST_INSTEAD } else { &INSTEAD };
            u32::from(costs[usize::from(skeleton - b'A')][usize::from(full - b'A')])
        }
        _ => EDIT,
    }
}

/// The costs of [`instead`] by letters, of those that are not the last and of those that are.
static INSTEAD: [[u16; 26]; 26] = costs_instead(false);
static LAST_INSTEAD: [[u16; 26]; 26] = costs_instead(true);

const fn costs_instead(last: bool) -> [[u16; 26]; 26] {
    let mut table = [[0; 26]; 26];
    let mut place = 0;
    while place < 26 * 26 {
        let (skeleton, full) = (place / 26, place % 26);
        table[skeleton][full] = ruled(b'A' + skeleton as u8, last, b'A' + full as u8) as u16;
        place += 1;
    }
    table
}

/// The cost of one letter instead of another.
const fn ruled(skeleton: u8, last: bool, full: u8) -> u32 {
    match (skeleton, full) {
        (b'A', vowel) if is_vowel(vowel) => 50,
        (b'V', b'U') | (b'I', b'Y' | b'J') => 0,
        // Keys write `E` as `A`.
        (b'I', b'A') => VOWEL / 2,
        (b'V', b'A' | b'Y' | b'I') | (b'I', b'U') => VOWEL,
        (b'Y', vowel) if is_vowel(vowel) => DIPHTHONG,
        // The ending of the feminine and of `ALLAH`. Keys leave out a closing `H` behind a vowel.
        (b'H', b'A') => BREATH / 2,
        (b'H', vowel) if last && is_vowel(vowel) => BREATH / 2,
        (b'H' | b'A', b'T') if last => FEMININE,
        (b'D', b'Z') | (b'T', b'S') => DOTTED,
        // Arabic has no `P` and no `V`.
        (b'B', b'P') | (b'F', b'V') => ABSENT_LETTER,
        (b'V', b'B' | b'F') => NEAR,
        _ if are_near(skeleton, full) => NEAR,
        // A vowel never stands for a consonant; leaving out both costs what it costs.
        _ => EDIT,
    }
}

const fn are_near(one: u8, other: u8) -> bool {
    let mut pair = 0;
    while pair < NEAR_CONSONANTS.len() {
        let (a, b) = NEAR_CONSONANTS[pair];
        if a == one && b == other || a == other && b == one {
            return true;
        }
        pair += 1;
    }
    false
}

/// Symbols of keys, in the order of the alphabet; `C` is the sound of "sh" and "ch".
const NEAR_CONSONANTS: &[(u8, u8)] = &[
    (b'B', b'P'),
    (b'C', b'J'),
    (b'C', b'S'),
    (b'D', b'T'),
    (b'D', b'Z'),
    (b'F', b'P'),
    (b'F', b'V'),
    (b'G', b'J'),
    (b'G', b'K'),
    (b'J', b'Z'),
    (b'S', b'T'),
    (b'S', b'Z'),
    (b'B', b'V'),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn skeletons_meet_their_names() {
        for (skeleton, full, most) in [
            ("MHMD", "MUHAMAD", 0),
            ("MHMVD", "MAHMUD", 0),
            ("SID", "SAYD", 0),
            ("ZFIR", "ZAFIR", 0),
            ("ALI", "ALI", 0),
            ("UMR", "UMAR", 0),
            ("AMR", "UMAR", 50),
            ("BRIZ", "PARAZ", 800),
            ("ABDALH", "ABDULA", 500),
            ("HSIN", "HUSYN", 0),
            ("SALH", "SALI", 100),
            ("CABAKA", "CABAKAT", 150),
            ("YSI", "ISA", 250),
            ("FID", "FYZ", 250),
        ] {
            assert!(distance(skeleton, full) <= most, "{skeleton} and {full}: {}", distance(skeleton, full));
        }
    }

    proptest::proptest! {
        #[test]
        fn consonants_never_rule_out_what_agrees(a in "[A-Z]{1,8}", b in "[A-Z]{1,8}") {
            let most = distance(&a, &b) / EDIT;
            proptest::prop_assert!(Consonants::of(&a).could_agree(&Consonants::of(&b), most));
        }
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(5_000))]
        #[test]
        fn classes_are_no_further_apart_than_words(
            a in "[ABCDFGHIJKLMNPRSTUVXYZ]{1,7}", b in "[ABCDFGHIJKLMNPRSTUVXYZ]{1,7}", near in "[VIHAJBFP]{1,6}", other in "[VIHAJBFPUY]{1,6}",
        ) {
            for (skeleton, full) in [(&a, &b), (&near, &other), (&a, &a), (&near, &a)] {
                let most = (distance(skeleton, full) / EDIT) as usize;
                let (own, full_classes) = (skeleton_classes(skeleton).unwrap_or_default(), full_classes(full));
                let nearest = own
                    .iter()
                    .map(|own| crate::edits::plain(own, &full_classes, 99).unwrap_or(99))
                    .min();
                proptest::prop_assert!(nearest.is_some_and(|nearest| nearest <= most), "{} {}", skeleton, full);
                let count = consonants(skeleton).max(consonants(full));
                proptest::prop_assert!(count <= consonants_at_most(skeleton) + most, "{} {}", skeleton, full);
                proptest::prop_assert!(count <= consonants_at_most(full) + most, "{} {}", skeleton, full);
            }
        }
    }

    /// The distance by the textbook.
    fn by_the_textbook(skeleton: &[u8], full: &[u8]) -> u32 {
        let mut table = vec![vec![0; full.len() + 1]; skeleton.len() + 1];
        for (i, j) in (0..=skeleton.len()).flat_map(|i| (0..=full.len()).map(move |j| (i, j))) {
            let mut ways = Vec::new();
            if i > 0 {
                ways.push(table[i - 1][j] + lost_in_full(skeleton[i - 1]));
            }
            if j > 0 {
                ways.push(table[i][j - 1] + lost_in_skeleton(full, j - 1));
            }
            if i > 0 && j > 0 {
                let cost = instead(skeleton[i - 1], i == skeleton.len(), full[j - 1]);
                ways.push(table[i - 1][j - 1] + cost);
            }
            table[i][j] = ways.into_iter().min().unwrap_or(0);
        }
        table[skeleton.len()][full.len()]
    }

    proptest::proptest! {
        #[test]
        fn distances_are_those_of_the_textbook(skeleton in "[AVIYHBDKLMTZ]{0,9}", full in "[AUIYHBDKLMTZ]{0,9}", most in 0_u32..3000) {
            let expected = by_the_textbook(skeleton.as_bytes(), full.as_bytes());
            proptest::prop_assert_eq!(distance(&skeleton, &full), expected);
            let within = (expected <= most).then_some(expected);
            proptest::prop_assert_eq!(distance_within(&skeleton, &full, most), within);
        }
    }

    #[test]
    fn other_names_stay_apart() {
        for (skeleton, full) in [("MHMD", "AHMAD"), ("HSN", "HASIB"), ("ZFIR", "NADIR"), ("MHMVD", "HAMID")] {
            assert!(distance(skeleton, full) >= 900, "{skeleton} and {full}: {}", distance(skeleton, full));
        }
    }
}
