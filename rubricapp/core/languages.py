"""Languages that people read, as an office writes them: "English; français", "en-GB, sw", "Arabe / Anglais".

Kept as written; compared by code, so that "anglais" and "en" are one language. A word that is in no list here is
compared as it stands.
"""

from __future__ import annotations

import re
import unicodedata

# ISO 639 code: names in English, in the language itself, in French, Spanish and Portuguese, where they differ.
_NAMES = {
    "af": "afrikaans, africâner",
    "am": "amharic, አማርኛ, amharique, amárico",
    "ar": "arabic, العربية, عربي, arabe, árabe",
    "bm": "bambara, bamanankan",
    "bn": "bengali, bangla, বাংলা",
    "de": "german, deutsch, allemand, alemán, alemão",
    "el": "greek, ελληνικά, grec, griego, grego",
    "en": "english, anglais, inglés, inglês, englisch, inglese",
    "es": "spanish, español, castellano, espagnol, espanhol, spanisch",
    "fa": "persian, farsi, فارسی, persan",
    "ff": "fula, fulani, fulfulde, pulaar, peul",
    "fr": "french, français, francés, francês, französisch, francese",
    "ha": "hausa, haoussa, hauçá",
    "he": "hebrew, עברית, hébreu, hebreo, hebraico",
    "hi": "hindi, हिन्दी, हिंदी",
    "ht": "haitian creole, kreyòl, kreyòl ayisyen, créole haïtien",
    "id": "indonesian, bahasa indonesia, indonésien, indonesio",
    "ig": "igbo",
    "it": "italian, italiano, italien, italienisch",
    "ja": "japanese, 日本語, japonais, japonés, japonês",
    "ko": "korean, 한국어, coréen, coreano",
    "ku": "kurdish, kurdî, کوردی, kurde, kurdo",
    "ln": "lingala",
    "mg": "malagasy, malgache",
    "ne": "nepali, नेपाली, népalais",
    "nl": "dutch, nederlands, néerlandais, holandés, holandês, niederländisch",
    "om": "oromo, afaan oromoo",
    "pl": "polish, polski, polonais, polaco",
    "pt": "portuguese, português, portugais, portugués, portugiesisch",
    "qu": "quechua, runasimi",
    "rn": "kirundi, rundi",
    "ru": "russian, русский, russe, ruso, russo",
    "rw": "kinyarwanda",
    "sn": "shona, chishona",
    "so": "somali, soomaali",
    "st": "sotho, sesotho",
    "sw": "swahili, kiswahili, souahéli",
    "ta": "tamil, தமிழ், tamoul",
    "ti": "tigrinya, ትግርኛ",
    "tn": "tswana, setswana",
    "tr": "turkish, türkçe, turc, turco",
    "uk": "ukrainian, українська, ukrainien, ucraniano",
    "ur": "urdu, اردو, ourdou",
    "vi": "vietnamese, tiếng việt, vietnamien",
    "wo": "wolof",
    "xh": "xhosa, isixhosa",
    "yo": "yoruba, yorùbá",
    "zh": "chinese, mandarin, 中文, 汉语, 普通话, chinois, chino, chinês",
    "zu": "zulu, isizulu, zoulou",
}


def _key(word: str) -> str:
    """A word without case, accents, outer spaces and anything in brackets ("English (fluent)")."""
    bare = re.sub(r"[(\[].*?[)\]]", " ", word)
    kept = (letter for letter in unicodedata.normalize("NFKD", bare) if not unicodedata.combining(letter))
    return " ".join("".join(kept).casefold().split())


_CODES = {_key(name): code for code, names in _NAMES.items() for name in names.split(",")}


def split_languages(text: str) -> tuple[str, ...]:
    """The languages in a text, as they are written, each once."""
    words = (" ".join(word.split()) for word in re.split(r"[,;/|\n،、]", text))
    return tuple({_key(word): word for word in reversed([*words]) if word}.values())[::-1]


def language_codes(text: str) -> frozenset[str]:
    """What the languages in a text are compared by: a code where one is known, without the region."""
    found = set()
    for word in split_languages(text):
        key = _key(word)
        found.add(_CODES.get(key) or re.split(r"[-_]", key)[0])
    return frozenset(found - {""})
