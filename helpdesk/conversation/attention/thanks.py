"""Whether a message says thank you and nothing else: told from its words alone, in doubt it does not."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

MOST_WORDS: Final = 12
"""Who writes more than this has something to say besides."""

_THANKS_SAID = """
    thanks thank thx cheers merci danke dankeschön dankesehr bedankt gracias grazie obrigado obrigada
    tack takk tak dziękuję dzięki спасибо благодарю дякую ευχαριστώ תודה שכרא شكرا நன்றி धन्यवाद 谢谢 謝謝
    ありがとう ขอบคุณ teşekkürler kiitos děkuji köszönöm mulțumesc terima
"""
_THANKS: Final = frozenset(_THANKS_SAID.split())
_SAID_BESIDE = """
    a all also am an and as best bye dear very much many so you your the this that it for help to kind
    regards really again everybody team great perfect super wonderful lovely good nice day weekend
    evening hello hi ok okay got works arrived now everything is was fast quick answer reply support i
    we have had wish vielen vielmals herzlichen besten schönen guten lieben dank für die ihre ihren eure
    deine hilfe antwort sehr schnelle und es hat alles geklappt hallo liebe grüße gruß mfg tag ein einen
    wochenende bestens prima toll beaucoup bien pour votre aide réponse bonjour cordialement mille et
    bonne journée parfait je vous remercie muchas muchísimas mil por su tu ayuda respuesta todo perfecto
    saludos buen día hola y רבה לך לכם על העזרה מאוד שלום יום טוב הכל והמון המון மிக்க மிகவும் உங்கள்
    உதவிக்கு வணக்கம் ரொம்ப
"""
_BESIDE: Final = frozenset(_SAID_BESIDE.split())
"""What stands beside thanks and asks for nothing; any other word may."""
_QUESTION: Final = re.compile(r"[?¿？؟;⸮՞፧]")
_WORDS: Final = re.compile(r"[^\W_]+(?:[^\W_]|[\u0300-\u036f\u0b80-\u0bff\u0900-\u097f\u0e00-\u0e7f'’])*")


def says_only_thanks(text: str) -> bool:
    """Tell whether this is a thank-you that asks for nothing: short, known words alone, no number, no question."""
    said = unicodedata.normalize("NFC", text).casefold()
    if _QUESTION.search(said) or any(unicodedata.category(each).startswith("N") for each in said):
        return False
    words = _WORDS.findall(said)
    return (
        0 < len(words) <= MOST_WORDS
        and any(word in _THANKS or word == "dank" for word in words)
        and all(word in _THANKS or word in _BESIDE for word in words)
    )
