//! Letters that nobody sees.

/// Whether no reader sees a letter: soft hyphens, joiners, marks of direction, fillers, selectors, the byte order mark. What
/// Unicode's DerivedCoreProperties call Default_Ignorable_Code_Point.
pub fn is_unseen(letter: char) -> bool {
    matches!(u32::from(letter), 0x00AD | 0x034F | 0x061C | 0x115F | 0x1160 | 0x17B4 | 0x17B5
        | 0x180B..=0x180F | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x206F | 0x3164 | 0xFE00..=0xFE0F
        | 0xFEFF | 0xFFA0 | 0xFFF0..=0xFFF8 | 0x1_BCA0..=0x1_BCA3 | 0x1_D173..=0x1_D17A
        | 0xE_0000..=0xE_0FFF)
}
