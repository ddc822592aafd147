"""What the person has at home to learn remotely."""

import re
from typing import Final

from bot.dialogue.answers.text import plain
from bot.person import Equipment

_COMPUTER: Final = (
    r"ordinateurs?|ordis?|ordinateur portable|pc|pc portable|macbook|mac|laptop|chromebook|imac|"
    r"tour|portable gamer|ordi fixe|portable d occasion"
)
_INTERNET: Final = r"internet|wifi|wi fi|box|fibre|adsl|vdsl|connexion|connection|4g|5g|partage|net|forfait|starlink"
_PHONE: Final = r"telephones?|tel|smartphones?|iphone|mobile|portable|phone|android|tablette|ipad"
_DENIED: Final = r"(?:\b(?:pas|sans|ni|aucune?|plus|jamais|manque)(?: (?:d|de|l|le|la|les|un|une|mon|ma|encore|vraiment|bon|bonne|acces|a))* )"
_NOTHING: Final = re.compile(
    r"^(?:rien|aucun(?:e)?|rien du tout|rien de tout (?:ca|cela)|rien de tout ca chez moi|"
    r"j ai rien|je n ai rien|pas grand chose|nada|que dalle|ni l un ni l autre|non rien)\b"
)
_ALL: Final = re.compile(
    r"^(?:oui )?(?:j ai |je suis )?(?:tout|les deux|tout ce qu il faut|equipee?s?|bien equipee?s?|"
    r"tout le necessaire|tout ca)\b"
)
_ELSEWHERE: Final = re.compile(
    r"\b(?:mediatheque|bibliotheque|cyber|espace numerique|chez (?:ma|mon|une?|des) )"
)


def read_equipment(text: str) -> Equipment | None:
    """Equipment at home, ``None`` when the text does not tell.

    A computer alone counts as connected unless the connection is denied: the person is online. A
    tablet is a phone for this purpose; what is used at a library is not at home.
    """
    words = plain(text)
    computer, internet, phone = (_has(words, what) for what in (_COMPUTER, _INTERNET, _PHONE))
    if _ELSEWHERE.search(words) and not phone:
        return Equipment.NOTHING
    if computer:
        connected = internet is not False
        return Equipment.COMPUTER_AND_INTERNET if connected else Equipment.COMPUTER_ONLY
    if phone:
        return Equipment.PHONE_ONLY
    if _ALL.search(words):
        return Equipment.COMPUTER_AND_INTERNET
    if _NOTHING.search(words) or (computer is False and internet is False):
        return Equipment.NOTHING
    if computer is False:
        return Equipment.PHONE_ONLY if internet else Equipment.NOTHING
    return None


def _has(words: str, what: str) -> bool | None:
    """True when named, False when named as missing, ``None`` when not named."""
    denied = re.search(rf"{_DENIED}(?:{what})\b", words)
    rest = re.sub(rf"{_DENIED}(?:{what})\b", " ", words)
    if re.search(rf"\b(?:{what})\b", rest):
        # "pc portable" is one computer, not a computer and a phone.
        if what is _PHONE:
            rest = re.sub(
                r"\b(?:pc|ordi|ordinateur) portable|\bportable (?:gamer|d occasion)", " ", rest
            )
            return True if re.search(rf"\b(?:{what})\b", rest) else None
        return True
    return False if denied else None
