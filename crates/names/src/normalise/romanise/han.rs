//! Stage: Chinese characters.
//!
//! | before | after |
//! |---|---|
//! | `林风灯` | `Lin` `FengDeng` |
//! | `欧阳风` | `OuYang` `Feng` |
//!
//! Each character has one reading, that of Mandarin in pinyin (the tables of `any_ascii`, from Unicode's Unihan
//! database), as a [family name](FAMILY) its own; queries are read in Wade–Giles, too. So a name in Cantonese, Hokkien,
//! Korean or Japanese reading is not found by its Latin spelling; names in characters on both sides are compared by their
//! characters, traditional ones as their simplified form. A name of two to four characters begins with its family name,
//! of one character or one of the [compound names](COMPOUND), which Latin spellings write apart.

use super::{Origin, Stretch};

/// Family names of two characters, simplified and traditional.
const COMPOUND: &[&str] = &[
    "欧阳", "歐陽", "司马", "司馬", "上官", "诸葛", "諸葛", "司徒", "东方", "東方", "皇甫", "尉迟", "尉遲",
    "公孙", "公孫", "慕容", "令狐", "夏侯", "长孙", "長孫", "宇文", "端木", "南宫", "南宮",
];

/// Characters that are read otherwise as a family name, with the readings in use, the usual one first. Source:
/// Xiandai Hanyu Cidian, family names; `朴` is also the Korean name.
const FAMILY: &[(&str, &[&str])] = &[
    ("曾", &["Zeng"]),
    ("单單", &["Shan"]),
    ("解", &["Xie"]),
    ("仇", &["Qiu"]),
    ("查", &["Zha"]),
    ("翟", &["Zhai"]),
    ("朴", &["Piao", "Pak", "Park"]),
    ("覃", &["Qin", "Tan"]),
    ("区區", &["Ou"]),
    ("任", &["Ren"]),
    ("盖蓋", &["Ge"]),
    ("乐樂", &["Yue", "Le"]),
    ("冼", &["Xian"]),
    ("缪繆", &["Miao"]),
    ("宁甯寧", &["Ning"]),
    ("种", &["Chong"]),
    ("繁", &["Po"]),
    ("召", &["Shao"]),
    ("晁", &["Chao"]),
    ("车車", &["Che"]),
    ("沈", &["Shen"]),
    ("万萬", &["Wan"]),
    ("黑", &["He"]),
    ("员員", &["Yun"]),
    ("秘", &["Bi"]),
    ("逄", &["Pang"]),
    ("隗", &["Kui", "Wei"]),
    ("洗", &["Xian"]),
    ("尹", &["Yin", "Yun"]),
    ("金", &["Jin", "Kim"]),
    ("李", &["Li", "Lee"]),
    ("卜", &["Bu"]),
    ("藏", &["Zang"]),
    ("幸", &["Xing"]),
    ("适", &["Kuo"]),
    ("祭", &["Zhai"]),
    ("都", &["Du"]),
    ("石", &["Shi"]),
    ("长長", &["Chang"]),
    ("薄", &["Bo"]),
    ("柏", &["Bai"]),
    ("郝", &["Hao"]),
    ("俞", &["Yu"]),
    ("贾賈", &["Jia"]),
    ("吕呂", &["Lu"]),
    ("葛", &["Ge"]),
    ("褚", &["Chu"]),
    ("费費", &["Fei"]),
    ("红紅", &["Hong"]),
    ("行", &["Xing"]),
    ("参", &["Shen"]),
];

/// The readings of a stretch, the usual one in pinyin first.
pub(super) fn read(text: &str) -> Vec<Vec<Stretch>> {
    let count = text.chars().count();
    let family = match count {
        // One character alone may be a family name with a blank behind it.
        1 => text.len(),
        2..=4 => {
            let compound = count > 2 && COMPOUND.iter().any(|name| text.starts_with(name));
            text.char_indices().nth(if compound { 2 } else { 1 }).map_or(0, |(place, _)| place)
        }
        _ => 0,
    };
    let (family, given) = text.split_at(family);
    let own = FAMILY.iter().find(|(characters, _)| !family.is_empty() && characters.contains(family));
    let mut families: Vec<String> =
        own.map_or_else(Vec::new, |(_, latin)| latin.iter().map(|&latin| latin.to_owned()).collect());
    if families.is_empty() || count == 1 {
        families.push(pinyin(family));
    }
    let given_name = pinyin(given);
    let mut spellings: Vec<(String, String)> =
        families.into_iter().map(|family| (family, given_name.clone())).collect();
    if (2..=4).contains(&count) {
        let older = (wade_giles(&spellings[0].0), wade_giles(&given_name));
        spellings.push(older);
    }
    let mut readings = Vec::new();
    for (family_name, given_name) in spellings {
        let mut words = Vec::new();
        if !family.is_empty() {
            words.push(word(family, family_name));
        }
        if !given.is_empty() {
            if !family.is_empty() {
                words.push(Stretch::full(" "));
            }
            words.push(word(given, given_name));
        }
        if !readings.contains(&words) {
            readings.push(words);
        }
    }
    readings
}

/// Each syllable with a capital.
fn pinyin(text: &str) -> String {
    text.chars().map(any_ascii::any_ascii_char).collect()
}

fn word(text: &str, ascii: String) -> Stretch {
    Stretch { ascii, origin: Origin::Han(text.chars().map(simplified).collect()) }
}

/// Syllables of pinyin, each with a capital, in the older spelling of Taiwan and of passports: Wade–Giles without
/// apostrophes and signs. Source: the Library of Congress's pinyin to Wade–Giles table, as usage.
fn wade_giles(pinyin: &str) -> String {
    let mut spelled = String::new();
    let mut rest = pinyin;
    while !rest.is_empty() {
        let end = rest.char_indices().skip(1).find(|(_, c)| c.is_ascii_uppercase());
        let (syllable, others) = rest.split_at(end.map_or(rest.len(), |(place, _)| place));
        rest = others;
        let older = of_syllable(&syllable.to_ascii_lowercase());
        let mut letters = older.chars();
        spelled.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        spelled.push_str(letters.as_str());
    }
    spelled
}

fn of_syllable(pinyin: &str) -> String {
    let whole = match pinyin {
        "zhi" | "chi" => "chih",
        "shi" => "shih",
        "ri" => "jih",
        "zi" | "ci" => "tzu",
        "si" => "szu",
        "yi" => "i",
        "yan" => "yen",
        "ye" => "yeh",
        "you" => "yu",
        "yue" => "yueh",
        "yong" => "yung",
        "er" => "erh",
        "ge" | "ke" => "ko",
        "he" => "ho",
        "gui" | "kui" => "kuei",
        _ => "",
    };
    if !whole.is_empty() {
        return whole.to_owned();
    }
    const INITIALS: [(&str, &str); 14] = [
        ("zh", "ch"),
        ("ch", "ch"),
        ("sh", "sh"),
        ("b", "p"),
        ("d", "t"),
        ("g", "k"),
        ("j", "ch"),
        ("q", "ch"),
        ("x", "hs"),
        ("r", "j"),
        ("z", "ts"),
        ("c", "ts"),
        ("k", "k"),
        ("h", "h"),
    ];
    let (initial, older, last) = INITIALS
        .iter()
        .find_map(|(initial, older)| Some((*initial, *older, pinyin.strip_prefix(initial)?)))
        .unwrap_or_else(|| {
            let consonants = usize::from(!pinyin.starts_with(['a', 'e', 'o', 'i', 'u']));
            let (initial, last) = pinyin.split_at(consonants.min(pinyin.len()));
            (initial, initial, last)
        });
    let last = match (initial, last) {
        (_, "ian") => "ien",
        (_, "ie") => "ieh",
        ("j" | "q" | "x" | "n" | "l", "ue") => "ueh",
        (_, "iong") => "iung",
        (_, "ong") => "ung",
        ("g" | "k" | "h" | "sh", "uo") => "uo",
        (_, "uo") => "o",
        (_, last) => last,
    };
    format!("{older}{last}")
}

fn simplified(c: char) -> char {
    SIMPLIFIED
        .binary_search_by_key(&c, |(traditional, _)| *traditional)
        .map_or(c, |place| SIMPLIFIED[place].1)
}

/// Traditional characters of family and given names and of trade, with their simplified form. Source: kSimplifiedVariant
/// of Unicode's Unihan database, for these characters; others stay as they are, so that a name with one of them in its
/// other writing counts as misspelled.
const SIMPLIFIED: &[(char, char)] = &[
    ('偉', '伟'),
    ('劉', '刘'),
    ('匯', '汇'),
    ('吳', '吴'),
    ('呂', '吕'),
    ('國', '国'),
    ('團', '团'),
    ('孫', '孙'),
    ('學', '学'),
    ('實', '实'),
    ('寶', '宝'),
    ('導', '导'),
    ('廠', '厂'),
    ('廣', '广'),
    ('張', '张'),
    ('強', '强'),
    ('彈', '弹'),
    ('慶', '庆'),
    ('應', '应'),
    ('東', '东'),
    ('楊', '杨'),
    ('業', '业'),
    ('榮', '荣'),
    ('構', '构'),
    ('機', '机'),
    ('氣', '气'),
    ('湯', '汤'),
    ('滙', '汇'),
    ('澤', '泽'),
    ('濤', '涛'),
    ('為', '为'),
    ('燦', '灿'),
    ('獻', '献'),
    ('瑋', '玮'),
    ('瓊', '琼'),
    ('發', '发'),
    ('盧', '卢'),
    ('禮', '礼'),
    ('節', '节'),
    ('範', '范'),
    ('紅', '红'),
    ('綠', '绿'),
    ('維', '维'),
    ('緒', '绪'),
    ('羅', '罗'),
    ('義', '义'),
    ('聖', '圣'),
    ('聯', '联'),
    ('興', '兴'),
    ('華', '华'),
    ('萬', '万'),
    ('葉', '叶'),
    ('蓮', '莲'),
    ('蔣', '蒋'),
    ('蕭', '萧'),
    ('藝', '艺'),
    ('蘇', '苏'),
    ('蘭', '兰'),
    ('術', '术'),
    ('許', '许'),
    ('誠', '诚'),
    ('謝', '谢'),
    ('譚', '谭'),
    ('豐', '丰'),
    ('財', '财'),
    ('貴', '贵'),
    ('貿', '贸'),
    ('賈', '贾'),
    ('賢', '贤'),
    ('賴', '赖'),
    ('趙', '赵'),
    ('車', '车'),
    ('軍', '军'),
    ('輝', '辉'),
    ('輪', '轮'),
    ('運', '运'),
    ('達', '达'),
    ('遠', '远'),
    ('郵', '邮'),
    ('鄒', '邹'),
    ('鄧', '邓'),
    ('鄭', '郑'),
    ('釗', '钊'),
    ('銀', '银'),
    ('鋒', '锋'),
    ('鋼', '钢'),
    ('錢', '钱'),
    ('鍾', '钟'),
    ('鐵', '铁'),
    ('長', '长'),
    ('門', '门'),
    ('開', '开'),
    ('閻', '阎'),
    ('關', '关'),
    ('陳', '陈'),
    ('陸', '陆'),
    ('陽', '阳'),
    ('際', '际'),
    ('雲', '云'),
    ('電', '电'),
    ('靜', '静'),
    ('韋', '韦'),
    ('韓', '韩'),
    ('順', '顺'),
    ('顧', '顾'),
    ('飛', '飞'),
    ('馬', '马'),
    ('馮', '冯'),
    ('魯', '鲁'),
    ('鳳', '凤'),
    ('麗', '丽'),
    ('麥', '麦'),
    ('黃', '黄'),
    ('黨', '党'),
    ('齊', '齐'),
    ('龍', '龙'),
    ('龔', '龚'),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_writings_of_a_character_are_one() {
        assert!(SIMPLIFIED.is_sorted_by_key(|(traditional, _)| *traditional));
        let word = |text: &str| word(text, pinyin(text)).origin;
        assert_eq!(word("張國"), word("张国"));
        assert_ne!(word("张国"), word("章国"));
    }

    #[test]
    fn family_names_stand_apart() {
        for (text, expected) in
            [("林风灯", "Lin FengDeng"), ("欧阳风", "OuYang Feng"), ("林", "Lin"), ("上官", "Shang Guan")]
        {
            assert_eq!(shown(text)[0], expected, "{text}");
        }
    }

    /// All readings.
    fn shown(text: &str) -> Vec<String> {
        let shown = |stretches: Vec<Stretch>| stretches.into_iter().map(|stretch| stretch.ascii).collect();
        read(text).into_iter().map(shown).collect()
    }

    #[test]
    fn family_names_have_readings_of_their_own() {
        for (text, expected) in [
            ("曾风", "Zeng Feng"),
            ("单风", "Shan Feng"),
            ("解风", "Xie Feng"),
            ("仇风", "Qiu Feng"),
            ("查风", "Zha Feng"),
            ("翟风", "Zhai Feng"),
            ("朴风", "Piao Feng"),
            ("覃风", "Qin Feng"),
            ("單", "Shan"),
        ] {
            assert_eq!(shown(text)[0], expected, "{text}");
        }
        let mut all: Vec<char> = FAMILY.iter().flat_map(|(characters, _)| characters.chars()).collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }

    #[test]
    fn names_are_read_in_wade_giles_too() {
        for (text, expected) in [("張偉", "Chang Wei"), ("朱立伦", "Chu LiLun"), ("林风灯", "Lin FengTeng")]
        {
            let found = shown(text);
            assert!(found.iter().any(|reading| reading == expected), "{text}: {found:?}");
        }
        for (pinyin, older) in [
            ("Xiao", "Hsiao"),
            ("Zhou", "Chou"),
            ("Deng", "Teng"),
            ("Qian", "Chien"),
            ("Xue", "Hsueh"),
            ("Guo", "Kuo"),
            ("Luo", "Lo"),
            ("Zhong", "Chung"),
            ("Shi", "Shih"),
            ("Ren", "Jen"),
            ("Ying", "Ying"),
            ("An", "An"),
            ("JieShi", "ChiehShih"),
        ] {
            assert_eq!(wade_giles(pinyin), older, "{pinyin}");
        }
    }
}
