"""Domains at which anybody may have an address: who blocks one blocks thousands of customers."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

_ONE_DOMAIN: Final = """
gmail.com googlemail.com icloud.com me.com mac.com aol.com aim.com proton.me protonmail.com protonmail.ch pm.me
tutanota.com tutanota.de tuta.io fastmail.com fastmail.fm hey.com mail.com email.com usa.com hushmail.com
zoho.com zohomail.com zohomail.in zoho.in rediffmail.com sify.com indiatimes.com
web.de t-online.de freenet.de arcor.de posteo.de mailbox.org online.de vodafone.de bluewin.ch
orange.fr wanadoo.fr free.fr sfr.fr laposte.net neuf.fr bbox.fr numericable.fr
libero.it virgilio.it tiscali.it alice.it tin.it terra.es telefonica.net sapo.pt
ziggo.nl kpnmail.nl planet.nl xs4all.nl telenet.be skynet.be telia.com seznam.cz centrum.cz wp.pl o2.pl onet.pl
interia.pl abv.bg ukr.net mail.ru inbox.ru list.ru bk.ru rambler.ru yandex.ru yandex.com ya.ru
comcast.net verizon.net att.net sbcglobal.net bellsouth.net cox.net charter.net earthlink.net juno.com
rogers.com shaw.ca sympatico.ca bigpond.com optusnet.com.au xtra.co.nz
btinternet.com sky.com virginmedia.com ntlworld.com talktalk.net blueyonder.co.uk
walla.co.il walla.com netvision.net.il bezeqint.net 012.net.il 013.net zahav.net.il inter.net.il
qq.com foxmail.com 163.com 126.com yeah.net sina.com sohu.com aliyun.com naver.com daum.net hanmail.net nate.com
docomo.ne.jp ezweb.ne.jp softbank.ne.jp uol.com.br bol.com.br terra.com.br ig.com.br
"""

_MANY_COUNTRIES: Final = re.compile(
    r"(yahoo|ymail|rocketmail|hotmail|outlook|live|msn|windowslive|gmx)\.[a-z]{2,4}(\.[a-z]{2})?"
)
"""Providers that have a domain for each country."""


def is_mail_provider(domain: str) -> bool:
    """Tell whether strangers share this domain."""
    lower = domain.lower()
    return lower in _domains() or _MANY_COUNTRIES.fullmatch(lower) is not None


@cache
def _domains() -> frozenset[str]:
    return frozenset(_ONE_DOMAIN.split())
