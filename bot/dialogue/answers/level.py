"""The highest diploma, as a level of the 2019 nomenclature."""

import re
from typing import Final

from bot.dialogue.answers.text import plain
from bot.person import NO_DIPLOMA

# What names a level, highest first; a text may name several. Spaces stand for any word break.
_NAMES: Final = tuple(
    (re.compile(rf"\b(?:{pattern})\b"), level)
    for pattern, level in (
        (r"doctorat|doctorante?|docteure?|these|phd|bac plus 8|bac 8|niveau 8", 8),
        (r"masters?|mastere|m2|ingenieure?|inge|ecole de commerce|ecole d ingenieurs?|mba|dess|dea|"
         r"bac plus (?:5|cinq)|bac 5|niveau (?:7|1 ancien)|agregation|agrege|grande ecole|sciences po|crpe", 7),
        (r"licences?|bachelor|maitrise|m1|master 1|bac plus (?:3|4|trois|quatre)|bac [34]|niveau 6|licence pro|"
         r"but (?:gea|info|informatique|mmi|tc|gmp|geii|gte|hse|rt|chimie|gaco|carrieres|qlio|en|de|mesures|science)|"
         r"b u t|diplome d etat infirmier|ide|infirmiere?|educatrice specialisee|educateur specialise|dcg|deug plus|"
         r"assistante? sociale?", 6),
        (r"bts|btsa|dut|deug|deust|dma|bac plus (?:2|deux)|bac 2|niveau 5|prepa validee|titre pro(?:fessionnel)? (?:de )?niveau (?:5|3)", 5),
        (r"bac plus (?:1|un)|bac 1|bac pro|bac (?!plus)|bacs?|bachot|baccalaureat|b ac|bp|brevet pro(?:fessionnel)?|niveau 4|niveau bac|daeu|capacite en droit|"
         r"titre pro(?:fessionnel)?(?: (?:de )?niveau 4)?|deavs|bpjeps|bapaat|moniteur educateur", 4),
        (r"cap|bep|bepc? pro|beppa|bepa|capa|niveau 3|titre pro(?:fessionnel)? (?:de )?niveau 3|cqp|deas|aide soignante?|auxiliaire de puericulture|mention complementaire|mc", 3),
        (r"brevet(?: des colleges)?|dnb|bepc|certif(?:icat d etudes)?|cfg|niveau [12]", NO_DIPLOMA),
        (r"(?:aucun|sans|pas de|pas d|zero|pas un seul|0) (?:diplomes?|rien)|aucun|non diplomee?|"
         r"pas (?:le|de|eu le|mon|meme le|meme pas le) brevet", NO_DIPLOMA),
    )
)  # fmt: skip
_NOTHING: Final = re.compile(
    r"^(?:j ai |je n ai |bah |ben )?(?:rien|rien du tout|aucun|aucune|neant|nada|que dalle|pas de diplome|zero|non|que le brevet)\b"
)
_LEFT_SCHOOL: Final = re.compile(
    r"\b(?:arrete|arreter|quitte|lache|stoppe|parti|partie|sorti|sortie|jusqu|niveau|fini|vire|viree|decroche|abandonne)\b.{0,30}"
    r"\b(?:[3-6] ?e(?:me)?|troisieme|quatrieme|cinquieme|sixieme|seconde|2nde|2de|premiere|1ere|college|cm2|primaire|lycee|l ecole|ecole)\b"
    r"|^(?:en |la |une )?(?:[3-6] ?e(?:me)?|troisieme|quatrieme|cinquieme|seconde|2nde|2de|premiere|1ere|college|lycee)\b"
)
_IN_PROGRESS: Final = (
    r"(?:terminale|term|en cours|je passe|je prepare|preparer|en ce moment|actuellement|"
    r"je fais|je suis en|[12](?:ere|e|eme)? annee|premiere annee|deuxieme annee|1a|2a|inscrite? en)"
)
_NOT_VALIDATED: Final = re.compile(
    r"\b(?:pas (?:fini|finie|termine|terminee|valide|validee|obtenue?|eue?|reussi|decroche|le|la|mon|ma|de|d|un)|"
    r"jamais (?:eu|fini|passe|valide|obtenu)|rate|ratee|loupe|loupee|echoue|abandonne|arrete|plante|foire|"
    r"non (?:valide|validee|obtenue?|termine|terminee)|inacheve|inachevee|sans (?:le|l|avoir le|avoir|mon)|"
    r"incomplet|incomplete|pas ete au bout|pas alle au bout|laisse tomber|lache|sans diplome|interrompue?|presque)\b"
)
_ONGOING: Final = re.compile(rf"\b{_IN_PROGRESS}\b")
_TERMINALE: Final = re.compile(r"\b(?:terminale|term)\b")
_UNIVERSITY_YEAR: Final = re.compile(
    r"\b(?:l1|l2|licence 1|licence 2|1ere annee de (?:fac|licence)|2eme annee de (?:fac|licence))\b"
)
_L3: Final = re.compile(r"\bl3\b")
_FOREIGN: Final = re.compile(
    r"\b(?:etranger|etrangere|maroc|algerie|tunisie|senegal|cameroun|congo|mali|turquie|syrie|ukraine|"
    r"portugal|afghanistan|pays|comores|cote d ivoire|guinee|haiti|bresil|roumanie|espagne|italie)\b"
)
_CLAUSES: Final = re.compile(
    r"[,;.!?:()/\n]|\b(?:mais|puis|et|ensuite|apres|donc|alors|avec)\b", re.IGNORECASE
)
_BELOW: Final = {8: 7, 7: 6, 6: 4, 5: 4, 4: NO_DIPLOMA, 3: NO_DIPLOMA, NO_DIPLOMA: NO_DIPLOMA}
"""Level that a diploma begun and not obtained implies at least: a BTS or a licence asks for the bac."""


def read_level(text: str) -> int | None:
    """Level of the highest diploma that the text claims, 2 to 8; ``None`` when it tells none.

    A diploma in progress or not obtained counts for what was needed to begin it, so that a
    terminale without the bac is NO_DIPLOMA unless a CAP or BEP is named too. A diploma from abroad
    is not rated here: that is an adviser's work.
    """
    whole = plain(text)
    if _FOREIGN.search(whole):
        return None
    clauses = [plain(clause) for clause in _CLAUSES.split(text.replace("+", " plus "))]
    levels = [level for clause in clauses if (level := _level_of(clause)) is not None]
    if not levels and (whole_level := _level_of(whole)) is not None:
        levels = [whole_level]
    # "BTS compta, mais je l'ai pas eu": the refusal of the diploma stands in a clause of its own.
    denial = next((c for c in clauses[1:] if _NOT_VALIDATED.search(c) and not _names(c)), None)
    if levels and denial is not None and len(levels) == 1:
        return _BELOW[levels[0]]
    if levels:
        return max(levels)
    if _NOTHING.search(whole) or _LEFT_SCHOOL.search(whole) or _TERMINALE.search(whole):
        return NO_DIPLOMA
    return None


def _level_of(clause: str) -> int | None:
    if _UNIVERSITY_YEAR.search(clause):
        return 4
    if _L3.search(clause):
        return 6 if re.search(r"\b(?:valide|obtenu|j ai (?:une|la|ma))\b", clause) else 4
    names = _names(clause)
    if not names:
        return NO_DIPLOMA if _LEFT_SCHOOL.search(clause) or _TERMINALE.search(clause) else None
    level = max(names)
    if level == NO_DIPLOMA:
        return level
    started = _NOT_VALIDATED.search(clause) or (
        _ONGOING.search(clause)
        and not re.search(r"\bj ai (?:le|mon|un|une|eu|obtenu|valide)\b", clause)
    )
    if _TERMINALE.search(clause):
        return max([NO_DIPLOMA, *(name for name in names if name == 3)])
    return _BELOW[level] if started else level


def _names(clause: str) -> list[int]:
    """Levels of every diploma named; a longer name hides what it holds ("bac plus 2")."""
    found: list[int] = []
    for pattern, level in _NAMES:
        if pattern.search(clause):
            found.append(level)
            clause = pattern.sub(" ", clause)
    return found
