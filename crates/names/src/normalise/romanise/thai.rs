//! Stage: Thai letters.
//!
//! | before | after |
//! |---|---|
//! | `สมชาย วงศ์สวัสดิ์` | `SOMCHAI WONGSAWAT` |
//!
//! Syllables are read one after the other: a vowel may stand before the consonant it follows in speech, two bare
//! consonants have an `O` between them and one has an `A` behind it, a consonant sounds otherwise at the end of a syllable,
//! tones are not written, and what bears the mark of silence is not spoken. Source: the Royal Thai General System of
//! Transcription (Royal Institute, 1999). Where a syllable ends is not always written; then the usual way is taken, which
//! for learned compounds is one vowel short (`THONKON` for Thanakon).

/// The mark of silence over the letter before it.
const SILENT: char = '์';
/// Marks of tone.
const TONES: std::ops::RangeInclusive<char> = '่'..='๋';

/// Consonants with their sound at the beginning and at the end of a syllable.
fn consonant(letter: char) -> Option<(&'static str, &'static str)> {
    Some(match letter {
        'ก' => ("K", "K"),
        'ข'..='ฆ' => ("KH", "K"),
        'ง' => ("NG", "NG"),
        'จ' | 'ฉ' | 'ช' | 'ฌ' => ("CH", "T"),
        'ซ' | 'ศ' | 'ษ' | 'ส' => ("S", "T"),
        'ญ' => ("Y", "N"),
        'ฎ' | 'ด' => ("D", "T"),
        'ฏ' | 'ต' => ("T", "T"),
        'ฐ'..='ฒ' | 'ถ'..='ธ' => ("TH", "T"),
        'ณ' | 'น' => ("N", "N"),
        'บ' => ("B", "P"),
        'ป' => ("P", "P"),
        'ผ' | 'พ' | 'ภ' => ("PH", "P"),
        'ฝ' | 'ฟ' => ("F", "P"),
        'ม' => ("M", "M"),
        'ย' => ("Y", "I"),
        'ร' => ("R", "N"),
        'ล' | 'ฬ' => ("L", "N"),
        'ว' => ("W", "O"),
        'ห' | 'ฮ' => ("H", ""),
        // Bears a vowel that has no consonant.
        'อ' => ("", ""),
        _ => return None,
    })
}

/// Two consonants that begin a syllable together, and how they sound.
fn cluster(first: char, second: char) -> Option<&'static str> {
    Some(match (first, second) {
        ('ก', 'ร') => "KR",
        ('ก', 'ล') => "KL",
        ('ก', 'ว') => "KW",
        ('ข' | 'ค', 'ร') => "KHR",
        ('ข' | 'ค', 'ล') => "KHL",
        ('ข' | 'ค', 'ว') => "KHW",
        ('ต', 'ร') => "TR",
        ('ป', 'ร') => "PR",
        ('ป', 'ล') => "PL",
        ('พ', 'ร') => "PHR",
        ('พ' | 'ผ', 'ล') => "PHL",
        ('ซ' | 'ศ' | 'ส' | 'ท', 'ร') => "S",
        ('จ', 'ร') => "CH",
        // The H only makes another tone.
        ('ห', 'ง') => "NG",
        ('ห', 'น') => "N",
        ('ห', 'ม') => "M",
        ('ห', 'ย' | 'ญ') => "Y",
        ('ห', 'ร') => "R",
        ('ห', 'ล') => "L",
        ('ห', 'ว') => "W",
        _ => return None,
    })
}

fn is_leading_vowel(letter: char) -> bool {
    matches!(letter, 'เ'..='ไ')
}

/// A vowel that stands behind, over or under its consonant.
fn is_vowel_sign(letter: char) -> bool {
    matches!(letter, 'ะ'..='ู' | '็' | 'ๅ')
}

/// The letters of a stretch.
pub(super) fn read(text: &str) -> String {
    let mut syllables = Syllables { letters: spoken(text), place: 0, ascii: String::new() };
    while syllables.place < syllables.letters.len() {
        syllables.next();
    }
    syllables.ascii
}

/// The letters that are spoken, without tones.
fn spoken(text: &str) -> Vec<char> {
    let mut letters: Vec<char> = Vec::new();
    for letter in text.chars().filter(|letter| !TONES.contains(letter)) {
        if letter != SILENT {
            letters.push(letter);
            continue;
        }
        let silenced = letters.pop();
        let silenced = match silenced {
            Some('ิ' | 'ุ') => letters.pop(),
            other => other,
        };
        // Of `จันทร์` and `ลักษณ์` two letters are silent.
        let pair = letters.last().zip(silenced);
        if matches!(pair, Some(('ท' | 'ต' | 'ด', 'ร') | ('ษ', 'ณ' | 'ม'))) {
            letters.pop();
        }
    }
    letters
}

/// Reads syllable by syllable.
struct Syllables {
    letters: Vec<char>,
    place: usize,
    ascii: String,
}

impl Syllables {
    fn at(&self, place: usize) -> Option<char> {
        self.letters.get(place).copied()
    }

    fn consonant_at(&self, place: usize) -> Option<(&'static str, &'static str)> {
        self.at(place).and_then(consonant)
    }

    /// Whether the consonant at a place has a vowel written behind, over or under it.
    fn bears_vowel(&self, place: usize) -> bool {
        match (self.at(place + 1), self.at(place + 2)) {
            (Some(next), _) if is_vowel_sign(next) => true,
            // `อ` and the doubled `ร` are vowels behind a consonant, unless `อ` bears one itself.
            (Some('อ'), _) => !self.bears_vowel(place + 1),
            (Some('ร'), Some('ร')) => true,
            _ => false,
        }
    }

    /// How many consonants without a vowel stand from here to the next that has one, to the next leading vowel or to
    /// the end.
    fn bare(&self, place: usize) -> usize {
        (place..).take_while(|at| self.consonant_at(*at).is_some() && !self.bears_vowel(*at)).count()
    }

    fn say(&mut self, text: &str, letters: usize) {
        self.ascii.push_str(text);
        self.place += letters;
    }

    fn next(&mut self) {
        let Some(letter) = self.at(self.place) else { return };
        let leading = is_leading_vowel(letter).then_some(letter);
        let onset = self.place + usize::from(leading.is_some());
        let Some((sound, _)) = self.consonant_at(onset) else {
            return match letter {
                'ฤ' => self.say("RUE", 1),
                'ๆ' | 'ฯ' | 'ฺ' => self.say("", 1),
                sign => self.say(any_ascii::any_ascii_char(sign), 1),
            };
        };
        let second = onset + 1;
        // A second consonant without a vowel of its own may as well end the syllable.
        let joined = self.at(onset).zip(self.at(second)).and_then(|(first, second)| cluster(first, second));
        let is_open = self.bears_vowel(second)
            || (leading.is_some() && self.consonant_at(second + 1).is_some())
            || matches!((leading, self.at(second)), (Some('ใ' | 'ไ'), _) | (Some('แ'), Some('ร')));
        match joined.filter(|_| is_open && !self.bears_vowel(onset)) {
            Some(sound) => {
                self.place = second + 1;
                self.ascii.push_str(sound);
            }
            None => {
                self.place = second;
                self.ascii.push_str(sound);
            }
        }
        match leading {
            Some(leading) => self.led(leading),
            None => self.followed(),
        }
    }

    /// The vowel that stands before the consonant read last, and the end of the syllable.
    fn led(&mut self, leading: char) {
        let next = [self.at(self.place), self.at(self.place + 1)];
        let is_bare = !self.bears_vowel(self.place);
        let (vowel, letters) = match (leading, next) {
            ('เ', [Some('า'), Some('ะ')]) => return self.say("O", 2),
            ('เ', [Some('า'), _]) => return self.say("AO", 1),
            ('เ', [Some('ี'), Some('ย')]) => ("IA", 2),
            ('เ', [Some('ื'), Some('อ')]) => ("UEA", 2),
            ('เ', [Some('ิ'), _]) => ("OE", 1),
            ('เ', [Some('อ'), _]) if is_bare => ("OE", 1),
            ('เ', [Some('ย'), _]) if is_bare => return self.say("OEI", 1),
            ('เ', [Some('็'), _]) => ("E", 1),
            ('แ', [Some('็'), _]) => ("AE", 1),
            ('ไ', [Some('ย'), _]) if is_bare => return self.say("AI", 1),
            ('ใ' | 'ไ', _) => return self.say("AI", 0),
            ('แ', _) => ("AE", 0),
            ('โ', _) => ("O", 0),
            _ => ("E", 0),
        };
        self.say(vowel, letters);
        if self.at(self.place) == Some('ะ') {
            return self.say("", 1);
        }
        self.end(true, false);
    }

    /// The vowel behind, over or under the consonant read last, or the one that is not written.
    fn followed(&mut self) {
        let next = [self.at(self.place), self.at(self.place + 1)];
        let is_bare = !self.bears_vowel(self.place);
        let follows = |place| self.consonant_at(place).is_some() && !self.bears_vowel(place);
        match next {
            [Some('ั'), Some('ว')] if !self.bears_vowel(self.place + 1) => {
                self.say("UA", 2);
                self.end(true, false);
            }
            [Some('ั'), _] => {
                self.say("A", 1);
                self.end(false, false);
            }
            [Some('ะ'), _] => self.say("A", 1),
            [Some('ำ'), _] => self.say("AM", 1),
            [Some('า' | 'ๅ'), _] => {
                self.say("A", 1);
                self.end(true, false);
            }
            [Some('ิ' | 'ี'), _] => {
                self.say("I", 1);
                self.end(true, true);
            }
            [Some(sign @ ('ึ' | 'ื')), after] => {
                self.say("UE", 1 + usize::from(sign == 'ื' && after == Some('อ')));
                self.end(true, false);
            }
            [Some('ุ' | 'ู'), _] => {
                self.say("U", 1);
                self.end(true, true);
            }
            [Some('็'), Some('อ')] => {
                self.say("O", 2);
                self.end(false, false);
            }
            [Some('ร'), Some('ร')] if follows(self.place + 2) => {
                self.say("A", 2);
                self.end(false, false);
            }
            [Some('ร'), Some('ร')] => self.say("AN", 2),
            [Some('อ'), _] if is_bare => {
                self.say("O", 1);
                self.end(true, false);
            }
            [Some('ว'), Some(_)] if is_bare && follows(self.place + 1) => {
                self.say("UA", 1);
                self.end(false, false);
            }
            // What would end a syllable of these two is a vowel.
            [Some('ย' | 'ว' | 'อ' | 'ห'), _] => self.say("A", 0),
            [Some(_), _] if follows(self.place) => {
                self.say("O", 0);
                self.end(false, false);
            }
            [Some(_), _] => self.say("A", 0),
            // One consonant after a whole syllable is not spoken: `จักร`, `บุตร`.
            [None, _] => {}
        }
    }

    /// The consonant that ends the syllable, where one does. Where the vowel does not demand one, an even number of bare
    /// consonants is syllables of their own; a bare `ร` inside a word begins one after some vowels.
    fn end(&mut self, may_be_open: bool, may_roll: bool) {
        let bare = self.bare(self.place);
        let Some((_, sound)) = self.consonant_at(self.place).filter(|_| bare > 0) else { return };
        let (letter, second) = (self.at(self.place), self.at(self.place + 1));
        let is_last = self.place + bare == self.letters.len();
        if may_roll && letter == Some('ร') && !(is_last && bare == 1) {
            return self.say("RA", 1);
        }
        // Of two at the end of a word the second is silent in `มิตร` and `พุทธ`.
        let is_doubled =
            self.consonant_at(self.place + 1).is_some_and(|(_, other)| other == "T" && sound == "T");
        let is_silent = is_doubled || matches!((letter, second), (Some('ต' | 'ท'), Some('ร')));
        let is_pair = is_last && bare == 2 && (is_silent || !may_be_open);
        // `อดุลยเดช`: a Y behind a consonant begins a syllable.
        let is_closed = is_pair || second == Some('ย') || matches!(letter, Some('ย' | 'ว'));
        if may_be_open && bare.is_multiple_of(2) && !is_closed {
            return;
        }
        self.say(sound, if is_pair { 2 } else { 1 });
    }
}

#[cfg(test)]
mod tests {
    /// Provinces and heads of government, by the Royal Institute's system.
    #[test]
    fn names_are_read_by_the_general_system() {
        for (text, expected) in [
            ("กรุงเทพ", "KRUNGTHEP"),
            ("เชียงใหม่", "CHIANGMAI"),
            ("ภูเก็ต", "PHUKET"),
            ("เลย", "LOEI"),
            ("ประจวบ", "PRACHUAP"),
            ("ขอนแก่น", "KHONKAEN"),
            ("น่าน", "NAN"),
            ("ชุมพร", "CHUMPHON"),
            ("ตราด", "TRAT"),
            ("แพร่", "PHRAE"),
            ("เกาะ", "KO"),
            ("ภูมิพล", "PHUMIPHON"),
            ("อดุลยเดช", "ADUNYADET"),
            ("วชิราลงกรณ์", "WACHIRALONGKON"),
            ("ประยุทธ์", "PRAYUT"),
            ("จันทร์โอชา", "CHANOCHA"),
            ("ทักษิณ", "THAKSIN"),
            ("ยิ่งลักษณ์", "YINGLAK"),
            ("อภิสิทธิ์", "APHISIT"),
            ("เวชชาชีวะ", "WETCHACHIWA"),
            ("สมชาย", "SOMCHAI"),
            ("วงศ์สวัสดิ์", "WONGSAWAT"),
            ("สมัคร", "SAMAK"),
            ("สุรยุทธ์", "SURAYUT"),
            ("จุลานนท์", "CHULANON"),
            ("ชวน", "CHUAN"),
            ("หลีกภัย", "LIKPHAI"),
            ("ชวลิต", "CHAWALIT"),
            ("เศรษฐา", "SETTHA"),
            ("ทวีสิน", "THAWISIN"),
            ("แพทองธาร", "PHAETHONGTHAN"),
            ("อนุทิน", "ANUTHIN"),
            ("ชาญวีรกูล", "CHANWIRAKUN"),
            ("สุเทพ", "SUTHEP"),
            ("เทือกสุบรรณ", "THUEAKSUBAN"),
            ("ประวิตร", "PRAWIT"),
            ("วงษ์สุวรรณ", "WONGSUWAN"),
            ("พุทธ", "PHUT"),
            ("มิตร", "MIT"),
            ("อาภรณ์", "APHON"),
            ("มานพ", "MANOP"),
            ("นิกร", "NIKON"),
            ("บุญมี", "BUNMI"),
            ("พงศ์", "PHONG"),
        ] {
            assert_eq!(super::read(text), expected, "{text}");
        }
    }
}
