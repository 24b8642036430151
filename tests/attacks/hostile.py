"""What an attacker sends: queries, forms, bodies, headers, methods and parts of addresses.

Every field of every form is named at once, each with another hostile value; the next number moves
the values on by one, so that after a round each field had each.
"""

from dataclasses import dataclass, field
from functools import cache
from urllib.parse import quote, urlencode

from django.forms import BaseForm
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, ClientHandler, encode_multipart

from esa_standards.incoming import Incoming
from tests.attacks.answers import PROBE

FORM = "application/x-www-form-urlencoded"
HUGE = "9" * 4_000
VALUES = [
    PROBE,
    "",
    HUGE,
    "-1",
    "1e999",
    "NaN",
    "null",
    "๑๒",
    "١٢",
    "1.5",
    "ก",
    "' OR 1=1--",
    "*)(uid=*))(|(uid=*",
    "x\r\nZq9x: 1\r\n\r\n<zq9x>",
    "=cmd|'/C calc'!A0",
    "//evil.example\\@evil.example",
    "https:\\evil.example",
    "😀\u202e<zq9x>" + "y" * 2_000,
]
LEADING = ("next", "back", "to", "url", "return")
PARTS = [
    *("%00", "%ED%A0%80", "%FF", HUGE, "-1", "%D9%A1", "%E0%B9%91", "1e999", "..%2f..%2f"),
    *("%27%20OR%201=1--", quote(PROBE), "%0d%0aZq9x:%201", "%5c%5cevil.example", "%2f%2fevil"),
]
METHODS = ["put", "patch", "delete", "trace", "head", "options"]


@dataclass(frozen=True)
class Sent:
    """One hostile request to whichever address; ``status`` where only one answer is right."""

    what: str
    body: bytes = b""
    kind: str = FORM
    headers: dict = field(default_factory=dict)
    length: int | None = None
    status: int | None = None


class WholeHandler(ClientHandler):
    """Requests reach Django as under a web server: through ``Incoming``."""

    def __call__(self, environ):
        answer = super().__call__
        return Incoming(lambda whole, _start: answer(whole))(environ, None)


class Attacker(Client):
    """A browser that keeps its session and nothing else of what it is sent."""

    def __init__(self, **options):
        super().__init__(**options)
        self.handler = WholeHandler(enforce_csrf_checks=False)

    def remember(self):
        """What it is signed in with; cookies of answers are forgotten before the next request."""
        self.kept = {name: cookie.value for name, cookie in self.cookies.items()}
        return self

    def request(self, **request):
        answer = super().request(**request)
        if hasattr(self, "kept"):
            self.cookies.clear()
            self.cookies.load(self.kept)
        return answer


def _below(kind):
    for one in kind.__subclasses__():
        yield one
        yield from _below(one)


@cache
def names():
    """Every field that any form of the product has, and some that none has."""
    ours = ("core", "people", "indicators", "workflow", "reports", "notifications")
    forms = [one for one in _below(BaseForm) if one.__module__.partition(".")[0] in ours]
    found = {name for form in forms for name in getattr(form, "base_fields", ())}
    return sorted(
        {*found, *LEADING, "id", "a[]", "__proto__", "form-TOTAL_FORMS", "office", "page"}
    )


def fields(number):
    """All names, each with the value that this number gives it."""
    return {name: pick(VALUES, at + number) for at, name in enumerate(names())}


@cache
def _query(number):
    short = {name: value[:60] for name, value in fields(number).items()}
    page = quote(pick(VALUES, number)[:9])
    return f"{urlencode(short)}&page={page}&q=%FF%ED%A0%80&&=&q[]=1"


def query(number):
    """As ``fields``, in an address, with names twice and bytes that are no text."""
    return _query(number % len(VALUES))


@cache
def _form(number, with_files):
    data = fields(number)
    if with_files:
        return Sent(f"form {number}", encode_multipart(BOUNDARY, data), MULTIPART_CONTENT)
    return Sent(f"form {number}", urlencode(data).encode())


def form(number):
    """Every fifth one as a form with files would send it."""
    return _form(number % len(VALUES), number % 5 == 0)


def _part(head, text=b"x"):
    return b"--%s\r\n%s\r\n\r\n%s\r\n" % (BOUNDARY.encode(), head, text)


def _multipart(*parts, end=True):
    return b"".join(parts) + (b"--%s--\r\n" % BOUNDARY.encode() if end else b"")


_WHY = b'Content-Disposition: form-data; name="why"'
_FILE = b'Content-Disposition: form-data; name="file"; filename="%s"\r\nContent-Type: text/plain'
_NESTED = b"--in\r\n" + _WHY + b"\r\n\r\nx\r\n--in--"
_BOMB = b'<!DOCTYPE z [<!ENTITY a "zz"><!ENTITY b "&a;&a;&a;&a;">]><z>&b;&b;</z>'
BODIES = [
    Sent("a NUL", b"why=a%00b", status=400),
    Sent("half a surrogate", b"why=%ED%A0%80&%FF=1"),
    Sent("nothing at all"),
    Sent("rot13", _multipart(_part(_WHY)), f"{MULTIPART_CONTENT}; charset=rot13", status=400),
    Sent("a long charset", b"why=x", f"{FORM}; charset={'x' * 20_000}"),
    Sent("utf-16", b"why=x", f"{FORM}; charset=utf-16", status=400),
    Sent("no boundary", _multipart(_part(_WHY)), "multipart/form-data", status=400),
    Sent("a boundary of others", _multipart(_part(_WHY)), "multipart/form-data; boundary=\xff"),
    Sent("cut inside", _multipart(_part(_WHY), end=False)[:-9], MULTIPART_CONTENT),
    Sent("shorter than said", b"why=x&reason=y", length=900, status=400),
    Sent("shorter, files", _multipart(_part(_WHY)), MULTIPART_CONTENT, length=900, status=400),
    Sent("longer than said", b"why=" + b"x" * 400, length=9),
    Sent("2,000 fields", _multipart(*[_part(_WHY)] * 2_000), MULTIPART_CONTENT),
    Sent("9,000 fields", b"&".join([b"a=1"] * 9_000), status=400),
    Sent(
        "multipart in multipart",
        _multipart(_part(_WHY + b"\r\nContent-Type: multipart/mixed; boundary=in", _NESTED)),
        MULTIPART_CONTENT,
    ),
    Sent(
        "no base64",
        _multipart(_part(_WHY + b"\r\nContent-Transfer-Encoding: base64", b"=!x")),
        MULTIPART_CONTENT,
    ),
    Sent(
        "files named as paths",
        _multipart(*[_part(_FILE % name) for name in (b"../../x\x00.pdf", b"", b"\xff/..", b".")]),
        MULTIPART_CONTENT,
    ),
    Sent("JSON", b'{"why": ["' + b"[" * 5_000, "application/json"),
    Sent("XML that grows", _BOMB, "text/xml"),
    Sent("nonsense", b"\xff{", "nonsense"),
]
HEADERS = [
    {
        "referer": f"https://evil.example/{PROBE}",
        "accept-language": "x;q=zz,*;q=9e999," + "a-" * 2_000,
        "x-forwarded-host": "evil.example",
        "x-forwarded-for": f"unknown, {PROBE}, 999.1.1.1",
        "x-forwarded-proto": "javascript",
        "origin": "null",
    },
    {
        "range": "bytes=9-1,0-,-0,x",
        "if-modified-since": "Sun, 99 Foo 99999 99:99:99 GMT",
        "if-none-match": '"\xff,W/"',
        "if-range": "x",
        "accept": "*/*;q=x, text/zq9x",
        "content-encoding": "gzip",
        "x-http-method-override": "DELETE",
    },
    {
        "hx-request": "true",
        "hx-current-url": "http://testserver//evil.example/\r\nZq9x: 1",
        "hx-target": PROBE,
        "hx-trigger-name": PROBE,
    },
    {
        "hx-request": "true",
        "hx-boosted": "true",
        "hx-current-url": "javascript:alert(1)",
        "x-autosave": "1",
        "x-upload": PROBE,
    },
    {"x-writer": f"0 {PROBE}", "hx-current-url-uri-autoencoded": "true", "referer": "http://["},
    {"cookie": f'django_language=../en; saved="|||%00"; messages=x; device=x:y; a={PROBE}; =;;'},
    {"referer": "http://testserver/people/\r\nZq9x: 1", "range": "bytes=" + "0-1," * 500},
]


def pick(items, number):
    """One of them, by counting."""
    return items[number % len(items)]


def headers(number, cookies):
    """Hostile headers beside the session's cookie."""
    more = dict(pick(HEADERS, number))
    own = "; ".join(f"{name}={value}" for name, value in cookies.items())
    if own and "cookie" in more:
        more["cookie"] = f"{own}; {more['cookie']}"
    return more


def some(items, number, count):
    """A few of them, by counting."""
    return [pick(items, number + at * 5) for at in range(count)]
