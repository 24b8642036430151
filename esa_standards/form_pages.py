"""On which page a form stood: where signing in, and sending an old page again, lead to.

An address that takes forms only is no page: opened by a redirect it answers 405. Nothing here
reads the body of a request: a stranger's may be large.
"""

from inspect import getclosurevars, unwrap
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme


def page_of_form(request: HttpRequest) -> str:
    """Path and query of our page that sent ``request``.

    The page that htmx or the browser names, when it is one of ours. Otherwise, and when that page
    was itself the answer to a form, the nearest page above in the address.
    """
    headers = request.headers
    named = headers.get("HX-Current-URL") or headers.get("Referer", "")
    if is_ours(named, request):
        return nearest_page(named)
    if headers.get("HX-Request") == "true":
        return reverse("workflow:home")  # the address of a part says nothing about its page
    return nearest_page(request.get_full_path())


def is_ours(address: str, request: HttpRequest) -> bool:
    """Whether ``address`` is one of this site's, with scheme and host."""
    hosts = {request.get_host()}
    return "://" in address and url_has_allowed_host_and_scheme(address, hosts, request.is_secure())


def nearest_page(address: str) -> str:
    """Path and query of ``address``; the first page above it when it takes forms only."""
    parts = urlsplit(address)
    # One slash: //somewhere/ as a path would name another machine.
    path = "/" + parts.path.lstrip("/")
    if opens(path) is not False:
        return f"{path}?{parts.query}" if parts.query else path
    while path != "/":
        path = path.rstrip("/").rpartition("/")[0] + "/"
        if opens(path):
            return path
    return reverse("workflow:home")


def opens(path: str) -> bool | None:
    """Whether the view at ``path`` takes a GET; None when no view stands there."""
    try:
        view = resolve(path).func
    except Resolver404:
        return None
    methods: set[str] = set()

    def restricted(wrapper: object) -> bool:
        """Stop at the wrapper of ``require_http_methods``, which keeps its list to itself."""
        found = getclosurevars(wrapper).nonlocals if callable(wrapper) else {}
        methods.update(found.get("request_method_list", ()))
        return bool(methods)

    unwrap(view, stop=restricted)
    if methods:
        return "GET" in methods
    view_class = getattr(view, "view_class", None)
    return view_class is None or hasattr(view_class, "get")
