"""Vietnamese text compared as people mean it; the text that is shown is never altered."""

import unicodedata

_UNMARKED_D = str.maketrans({"đ": "d", "Đ": "D"})
# Twins that look alike: ð from old code pages for đ, typographic quotes and dashes (M’Drắk, Chân Mây – Lăng Cô),
# and characters that are not seen at all.
_TWINS = str.maketrans(
    {
        "ð": "đ",
        "Ð": "Đ",
        **dict.fromkeys("\u2018\u2019\u02bc\u00b4", "'"),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014", "-"),
        **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad"),
    }
)
# The same syllable is spelt with the tone on either vowel (hòa / hoà): both orders are in use, neither is wrong.
_OLD_TONE = {
    old: new
    for base in ("oa", "oe", "uy")
    for tone in ("\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
    for old, new in [(base[0] + tone + base[1], base + tone)]
}


def squeeze(text: str) -> str:
    """Fold runs of white space to one space, and trim."""
    return " ".join(text.split())


def comparable(text: str) -> str:
    """Return the form in which two spellings of one text are equal: composition, case, spaces, tone order, twins."""
    decomposed = unicodedata.normalize("NFD", squeeze(text.translate(_TWINS)).casefold())
    for old, new in _OLD_TONE.items():
        decomposed = decomposed.replace(old, new)
    return unicodedata.normalize("NFC", decomposed)


def unmarked(text: str) -> str:
    """Return the text without tone and vowel marks, for search typed on any keyboard."""
    decomposed = unicodedata.normalize("NFD", squeeze(text.translate(_TWINS)).casefold().translate(_UNMARKED_D))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
