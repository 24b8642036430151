"""Clients that are no browser: signed in, sending pieces by hand."""

import base64
import re

import requests

from tests.journeys.product import PASSWORD

MEGABYTE = 1024 * 1024
PLACE = "/o/skn2/2560/uploads/"
TUS = {"Tus-Resumable": "1.0.0"}
PIECE = {**TUS, "Content-Type": "application/offset+octet-stream"}


def signed_in(url, name):
    """A ``requests.Session`` of somebody who signed in."""
    browser = requests.Session()
    browser.trust_env = False
    page = browser.get(f"{url}/accounts/login/").text
    token = re.search('name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    fields = {"login": name, "password": PASSWORD, "csrfmiddlewaretoken": token}
    assert browser.post(f"{url}/accounts/login/", fields, headers={"Referer": url}).ok
    return browser


def as_headers(browser, url):
    """What shows another client to be this person's page."""
    return {
        "Cookie": "; ".join(f"{name}={value}" for name, value in browser.cookies.items()),
        "X-CSRFToken": browser.cookies["csrftoken"],
        "Origin": url,
    }


class Sender:
    """One upload, sent as far as one wants."""

    def __init__(self, url, user, name, data):
        self.data, self.browser = data, signed_in(url, user)
        self.browser.headers.update(
            {"X-CSRFToken": self.browser.cookies["csrftoken"], "Origin": url}
        )
        metadata = f"filename {base64.b64encode(name.encode()).decode()}"
        headers = {**TUS, "Upload-Length": str(len(data)), "Upload-Metadata": metadata}
        begun = self.browser.post(f"{url}{PLACE}", headers=headers)
        assert begun.status_code == 201, begun.text
        self.url = begun.headers["Location"]

    def standing(self):
        """How many bytes count."""
        return int(self.browser.head(self.url, headers=TUS).headers["Upload-Offset"])

    def send(self, until):
        """Go on from where it stands to ``until``."""
        at = self.standing()
        while at < until:
            piece = self.data[at : min(at + MEGABYTE, until)]
            headers = {**PIECE, "Upload-Offset": str(at)}
            answer = self.browser.patch(self.url, piece, headers=headers)
            assert answer.status_code == 204, answer.text
            at = int(answer.headers["Upload-Offset"])

    def found(self):
        """What became of it."""
        return self.browser.get(self.url).json()
