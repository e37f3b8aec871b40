"""How level descriptors are worded: the rules for a good descriptor that a machine can check.

Question: which of them stop a rubric, and which only ask to look again?
Decision: the word count, the listed vague words, the listed words for what nobody can see, comparing with other
people in so many words, equal descriptors and missing evidence stop an English rubric. Everything that is guessed
from the form of a sentence is a warning. Other languages are checked for length (as a warning: they pack more or
less into a word), equality and evidence only.
Reasons: an error must never be wrong, because it keeps a programme from using its own rubric. 2026-11-21.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping

from rubricapp.core.rubric_findings import Finding, Path, listed, quoted

FEWEST_WORDS, MOST_WORDS = 15, 60
MOST_WORDS_IN_SENTENCE = 30
NEARLY_SAME = 0.85
"""Share of words that two neighbouring descriptors have in common from which on they are hard to tell apart."""


def _words(*parts: str, flags: int = re.IGNORECASE) -> re.Pattern[str]:
    """A pattern for any of these words or patterns, as whole words. A part is split at commas."""
    each = [word.strip() for part in parts for word in part.split(",")]
    return re.compile(rf"\b(?:{'|'.join(each)})\b", flags)


_VAGUE = _words(
    "adequately, appropriately, effectively, generally, mostly, sufficiently, some, strong, excellent",
    # Terms that only look vague: good faith, a limited company, a basic agreement.
    "good(?! faith), limited(?! compan| liability| partner), basic(?! agreement)",
)
_VAGUE_TOO = _words(
    "adequate, appropriate, effective, sufficient, proper, properly, suitable, suitably, acceptable, acceptably",
    "satisfactory, satisfactorily, reasonable, reasonably, competently, confidently, successfully, efficiently",
    "professionally, skilfully, significant, significantly, considerable, considerably, various, often(?<!how often)",
    "many(?<!how many), few, usually, sometimes, occasionally, frequently, rarely, normally, typically, partly",
    "partially, largely, somewhat, fairly, quite, very, rather(?! than), weak, poor, poorly, great, greatly",
    "outstanding, exceptional, exceptionally, superior, (?:high|low)[- ]quality, consistently, thoroughly, minimal",
    "several, relevant, clearly, well(?<!as well)(?![- ](?:as|before|after|ahead|above|below|lit)\\b)",
)
# What the assessed person does stands at the start of a sentence, or after a comma or "and".
_DOES = r"(?:^|[,;:] ?|\b(?:and|or|also|then|fully|clearly) )(?:the (?:participant|resident|trainee) )?"
_UNSEEN = re.compile(
    rf"{_DOES}(?P<verb>understands|is aware|(?:has|shows) (?:a )?passion|is passionate)\b", re.IGNORECASE
)
_UNSEEN_TOO = re.compile(
    rf"{_DOES}(?P<verb>knows|appreciates|believes|feels|grasps|comprehends|reali[sz]es"
    r"|is (?:familiar with|committed to|interested in|confident|knowledgeable|able to)"
    r"|(?:has|shows|demonstrates|displays|develops) (?:a |an |the |their )?(?:\w+ )?"
    r"(?:understanding|awareness|knowledge|appreciation|enthusiasm|confidence|interest))\b",
    re.IGNORECASE,
)
_OTHERS = "(?:the )?(?:others|peers|colleagues|classmates|group|cohort|class|rest|most people|anyone|everyone)"
_COMPARED = _words(
    "above average, below average, than average, the average participant, top of the class",
    "best (?:in|of) the (?:group|cohort|class|edition)",
    rf"(?:better|worse|more|less|faster|further) than (?:most )?(?:other (?:participants|residents|people)|{_OTHERS})",
    rf"than(?<!rather than)(?<!other than) (?:their |his |her )?{_OTHERS}",
)
# "Better than 60 dB" measures; "better than before" compares.
_COMPARED_TOO = _words(
    r"(?:better|worse) than(?! (?:or |about |plus |minus )*(?:[0-9±+−-]|one|two|three|four|five|half|a |the ))",
    "compared (?:with|to) (?:other|others|peers), stands out, like (?:other participants|everyone else)",
)
_NEGATIVE = re.compile(
    r"(?:(?:they|he|she|the (?:participant|resident|trainee|person)) )?"
    r"(?:(?:does|do|did|could|can|will|would|is|are|was|has) ?(?:not|n['’]t)\b|can['’]t\b|won['’]t\b"
    r"|fails?\b|failed\b|lacks?\b|(?:is|was) unable\b|unable\b|has no\b|shows no\b)",
    re.IGNORECASE,
)
# Written as the makers write them, because "red", "canon", "zoom" and "avid" are words too.
_BRANDS = _words(
    "ARRI, Arri, Alexa, RED, Sony, Canon, Nikon, Panasonic, Lumix, Fujifilm, Blackmagic, DJI, GoPro, Zeiss, Cooke",
    "Sennheiser, Neumann, Schoeps, RØDE, Lectrosonics, Zaxcom, Wisycom, Tascam, Sound Devices, MixPre, Zoom [HF][0-9]",
    "Tentacle Sync, Pro Tools, DaVinci, Premiere Pro, Final Cut, Avid, Reaper, Adobe, Apple, iPhone, iPad, Mac",
    "MacBook, Android, Samsung, Excel, Google, Dropbox, WhatsApp, Zoom call, Movie Magic, Hot Budget, Showbiz",
    "QuickBooks, Netflix, Kodak, Aputure, Kino Flo, Nanlite, Teradek, SmallHD, Atomos, Manfrotto, Sachtler, LaCie",
    "SanDisk, Silverstack, ShotPut, Hedge, iZotope, Steadicam, Ronin",
    flags=0,
)
_PERSONAL = _words(
    "accents?(?! lights?), native speakers?, mother tongue, broken English, foreigners?, well[- ]spoken, nationality",
    "attractive, good[- ]looking, beautiful, handsome, overweight, able[- ]bodied, well[- ]dressed, masculine",
    "feminine, wealthy, (?:his|her|their) own (?:car|camera|equipment|kit|laptop), owns (?:a|their) (?:car|camera|kit)",
)
_IDIOMS = _words(
    "on the same page, outside the box, hits? the ground running, extra mile, at the end of the day, in the loop",
    "touch(?:es)? base, ballpark, rules? of thumb, from scratch, up to speed, on the fly, low[- ]hanging fruit",
    "by the book, an eye on, in good hands, piece of cake, drawing board, big picture, second nature",
    "safe pair of hands, steps? up to the plate, rais(?:es|ing) the bar, cut(?:s|ting)? corners, under the radar",
    "wears? many hats, stay(?:s|ing)? on top of, think(?:s|ing)? on (?:his|her|their) feet, buy[- ]in, hands[- ]on",
    "nuts and bolts, fall(?:s|ing)? through the cracks, push(?:es|ing)? the envelope, state of the art, in a nutshell",
)
# Scripts that put no space between words: Thai, Lao, Tibetan, Burmese, Khmer, Japanese, Chinese.
_UNSPACED = re.compile(
    "[\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
_COUNTS = re.compile(
    r"no|one|two|three|four|five|six|seven|eight|nine|ten|once|twice|half|none|all|every|each|\w*\d\w*"
)


def counts_words(text: str) -> bool:
    """Whether words can be counted: not in scripts that put no spaces between them."""
    unspaced = len(_UNSPACED.findall(text))
    return unspaced == 0 or unspaced * 3 < sum(each.isalpha() for each in text)


def word_count(text: str) -> int:
    """How many words a person would count: what stands between spaces or long dashes and holds a letter or digit."""
    return sum(any(each.isalnum() for each in word) for word in re.split(r"[\s—–]+", text))


def sentences(text: str) -> list[str]:
    """The sentences of a text; good for English, where a sentence ends with . ! ? … and a space."""
    parts = re.split(r"(?<=[.!?…])[\"'”’)]*\s+|\n\s*\n", text)
    return [" ".join(part.split()) for part in parts if any(each.isalnum() for each in part)]


def similarity(one: str, other: str) -> float:
    """Share of words that two texts have in common, 0 to 1 (Dice, 1945)."""
    first, second = Counter(_tokens(one)), Counter(_tokens(other))
    total = first.total() + second.total()
    return 2 * (first & second).total() / total if total else 1.0


def _tokens(text: str) -> list[str]:
    """The words of a text without case and punctuation; three letters at a time in scripts without spaces."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    if counts_words(plain):
        return re.findall(r"\w+", plain)
    letters = "".join(each for each in plain if unicodedata.category(each)[0] in "LMN")
    return [letters[start : start + 3] for start in range(max(len(letters) - 2, 1))]


def levels(descriptors: Mapping[int, tuple[Path, str]], where: str, english: bool, own: bool) -> Iterator[Finding]:
    """All findings about the words of one criterion.

    descriptors: by level, the place and the text. where: "criterion ‘CAM-3’". english: whether the English rules
    apply. own: the rubric's own language, not a translation.
    """
    for level, (path, text) in sorted(descriptors.items()):
        place = f"{where}, level {level},"
        yield from _length(text, path, place, "error" if english and own else "warning")
        if english:
            yield from _english(text, path, place)
    yield from _apart(descriptors, where)


def _length(text: str, path: Path, where: str, severity: str) -> Iterator[Finding]:
    if not counts_words(text):
        return
    count = word_count(text)
    if count < FEWEST_WORDS:
        message = (
            f"{where} has {count} word{'' if count == 1 else 's'}; a descriptor has {FEWEST_WORDS} to {MOST_WORDS}."
        )
        yield Finding("R_WORDS_FEW", path, message, "Say what the person does and what can be seen of it.", severity)
    elif count > MOST_WORDS:
        message = f"{where} has {count} words; a descriptor has {FEWEST_WORDS} to {MOST_WORDS}."
        yield Finding("R_WORDS_MANY", path, message, "Keep what tells this level from its neighbours.", severity)


def _english(text: str, path: Path, where: str) -> Iterator[Finding]:
    """The rules that need to know the language."""
    flat = " ".join(text.split())
    parts = sentences(text)
    measure = "Give the count, the tolerance or the condition instead."
    see = "Write what the person does, so that an assessor can see it: sets, measures, logs, reports."
    compare = "Say what the work shows, whoever else is in the group."
    for code, pattern, says, do, severity in (
        ("R_VAGUE", _VAGUE, "which every assessor reads differently", measure, "error"),
        ("R_VAGUE_MAYBE", _VAGUE_TOO, "which assessors may read differently", measure, "warning"),
        ("R_COMPARES", _COMPARED, "which compares with other people", compare, "error"),
        ("R_BRAND", _BRANDS, "a maker's name", "Name what the tool does, so that borrowed kit counts too.", "warning"),
        ("R_PERSONAL", _PERSONAL, "which is about the person, not the work", "Describe the work.", "warning"),
        ("R_IDIOM", _IDIOMS, "a figure of speech", "Say it plainly: it is read as a second language.", "warning"),
    ):
        found = list(
            dict.fromkeys(each[0].casefold() if severity == "error" else each[0] for each in pattern.finditer(flat))
        )
        if found:
            yield Finding(code, path, f"{where} says {listed(map(quoted, found))}, {says}.", do, severity)
    if not _COMPARED.search(flat) and (found_one := _COMPARED_TOO.search(flat)):
        yield Finding("R_COMPARES_MAYBE", path, f"{where} says {quoted(found_one[0])}.", compare, "warning")
    for code, pattern, severity in (("R_UNSEEN", _UNSEEN, "error"), ("R_UNSEEN_MAYBE", _UNSEEN_TOO, "warning")):
        verbs = list(dict.fromkeys(each["verb"].casefold() for part in parts for each in pattern.finditer(part)))
        if verbs:
            message = f"{where} says {listed(map(quoted, verbs))}, which nobody can observe."
            yield Finding(code, path, message, see, severity)
    if parts and all(_NEGATIVE.match(part) for part in parts):
        message = f"{where} says only what is missing."
        yield Finding("R_NEGATIVE", path, message, "Say what a person at this level does do.", "warning")
    longest = max(map(word_count, parts), default=0)
    if longest > MOST_WORDS_IN_SENTENCE:
        message = f"{where} has a sentence of {longest} words."
        yield Finding("R_SENTENCE_LONG", path, message, f"Cut it: at most {MOST_WORDS_IN_SENTENCE} words.", "warning")


def _apart(descriptors: Mapping[int, tuple[Path, str]], where: str) -> Iterator[Finding]:
    """Levels that say the same, and neighbours that nearly do."""
    seen: dict[tuple[str, ...], int] = {}
    do = "Write what a second assessor could point at to tell them apart."
    for level, (path, text) in sorted(descriptors.items()):
        words = _tokens(text)
        earlier = seen.setdefault(tuple(words), level)
        if earlier != level:
            yield Finding("R_LEVELS_SAME", path, f"{where}: levels {earlier} and {level} say the same.", do)
        elif level - 1 in descriptors:
            before = descriptors[level - 1][1]
            counted = _counted(words) != _counted(_tokens(before))
            if not counted and similarity(before, text) >= NEARLY_SAME:
                message = f"{where}: levels {level - 1} and {level} use nearly the same words."
                yield Finding("R_LEVELS_NEAR", path, message, do, "warning")


def _counted(words: list[str]) -> list[str]:
    """The numbers in a text: descriptors that differ in a count differ in something to point at."""
    return sorted(word for word in words if _COUNTS.fullmatch(word))
