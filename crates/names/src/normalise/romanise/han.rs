//! Stage: Chinese characters.
//!
//! | before | after |
//! |---|---|
//! | `林风灯` | `Lin` `FengDeng` |
//! | `欧阳风` | `OuYang` `Feng` |
//!
//! Each character has one reading, that of Mandarin in pinyin (the tables of `any_ascii`, from Unicode's Unihan
//! database). So a name in Cantonese, Hokkien, Korean or Japanese reading is not found by its Latin spelling; names in
//! characters on both sides are compared by their characters, traditional ones as their simplified form. A name of two to four characters begins with its family
//! name, of one character or one of the [compound names](COMPOUND), which Latin spellings write apart.

use super::{Origin, Stretch};

/// Family names of two characters, simplified and traditional.
const COMPOUND: &[&str] = &[
    "欧阳", "歐陽", "司马", "司馬", "上官", "诸葛", "諸葛", "司徒", "东方", "東方", "皇甫", "尉迟", "尉遲",
    "公孙", "公孫", "慕容", "令狐", "夏侯", "长孙", "長孫", "宇文", "端木", "南宫", "南宮",
];

/// The words of a stretch.
pub(super) fn read(text: &str, stretches: &mut Vec<Stretch>) {
    let count = text.chars().count();
    let family = match count {
        2..=4 => {
            let compound = count > 2 && COMPOUND.iter().any(|name| text.starts_with(name));
            text.char_indices().nth(if compound { 2 } else { 1 }).map_or(0, |(place, _)| place)
        }
        _ => 0,
    };
    let (family, given) = text.split_at(family);
    if !family.is_empty() {
        stretches.push(word(family));
        stretches.push(Stretch::full(" "));
    }
    stretches.push(word(given));
}

fn word(text: &str) -> Stretch {
    let ascii: String = text.chars().map(any_ascii::any_ascii_char).collect();
    Stretch { ascii, origin: Origin::Han(text.chars().map(simplified).collect()) }
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
        assert_eq!(word("張國").origin, word("张国").origin);
        assert_ne!(word("张国").origin, word("章国").origin);
    }

    #[test]
    fn family_names_stand_apart() {
        for (text, expected) in
            [("林风灯", "Lin FengDeng"), ("欧阳风", "OuYang Feng"), ("林", "Lin"), ("上官", "Shang Guan")]
        {
            let mut stretches = Vec::new();
            read(text, &mut stretches);
            let found: String = stretches.into_iter().map(|stretch| stretch.ascii).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
