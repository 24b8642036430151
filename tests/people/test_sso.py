"""Single sign-on against allauth's own provider, from the button to the page."""

from importlib import import_module
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.idp.oidc.models import Client as Registered
from allauth.mfa.totp.internal.auth import TOTP
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.apps import apps
from django.contrib.messages import get_messages
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from core.models import Event
from notifications.models import Notification
from people import members
from people.models import User
from people.sign_in import sso
from people.states import Role
from tests.factories.people import PASSWORD, login, make_person
from tests.people import provider

START = "/accounts/oidc/office/login/"
LINKS = "/accounts/3rdparty/"
ADDRESS = "kanda@ministry.example.org"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PEM = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def turn_on(settings, server):
    """Single sign-on with the provider at ``server``."""
    settings.OIDC_SERVER, settings.OIDC_NAME = server, "กระทรวง"
    app = {
        "provider_id": "office",
        "name": "กระทรวง",
        "client_id": "esa",
        "secret": "secret",
        "settings": {"server_url": server},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}
    }


@pytest.fixture
def out_of_reach(db, settings):
    """A provider that does not answer."""
    turn_on(settings, "http://127.0.0.1:9")


@pytest.fixture
def theirs(transactional_db, live_server, settings):
    """Somebody of the ministry, signed in there."""
    cache.clear()
    turn_on(settings, live_server.url)
    settings.ROOT_URLCONF = "tests.people.provider"
    settings.IDP_OIDC_PRIVATE_KEY = PEM
    client = Registered(
        id="esa",
        name="ESA",
        scopes="openid\nprofile\nemail",
        redirect_uris=f"http://testserver{START}callback/",
        skip_consent=True,
    )
    client.set_secret("secret")
    client.save()
    provider.CLAIMS.clear()
    provider.CLAIMS.update(email=ADDRESS, email_verified=True)
    return make_person(None, username="of-the-ministry")


@pytest.fixture
def boss(office):
    return make_person(office, Role.ADMIN)


@pytest.fixture
def kanda(office, boss):
    """Her administrator wrote the ministry's address into her details."""
    return members.add_person(
        office, username="kanda", given_name="กานดา", email=ADDRESS, password=PASSWORD, by=boss
    )


def come_back(browser, theirs, start=START):
    """Press the button, sign in at the provider, return; the answer of the return."""
    asked = browser.post(start)
    assert asked.status_code == 302, asked.content
    assert parse_qs(urlsplit(asked.url).query)["code_challenge_method"] == ["S256"]
    there = login(Client(), theirs)
    answered = there.get(f"/identity/o/authorize?{urlsplit(asked.url).query}")
    assert answered.status_code == 302, answered.content
    return browser.get(answered["Location"].removeprefix("http://testserver"))


def is_in(browser):
    return browser.session.get("_auth_user_id")


def said(browser, answer):
    return " ".join(str(message) for message in get_messages(answer.wsgi_request))


def test_the_address_that_the_administrator_wrote_opens_and_links(theirs, kanda):
    browser = Client()
    answer = come_back(browser, theirs)
    assert (answer.status_code, answer.url) == (302, "/")
    assert is_in(browser) == str(kanda.pk)
    assert SocialAccount.objects.get().user == kanda
    event = Event.objects.order_by("number").last()
    assert (event.verb, event.actor, event.target_label) == ("person.sso_link", kanda, str(kanda))
    assert Notification.objects.get().recipient == kanda
    # from now on the link counts, whatever address the provider says
    provider.CLAIMS.update(email="new@ministry.example.org")
    again = Client()
    come_back(again, theirs)
    assert is_in(again) == str(kanda.pk)
    assert SocialAccount.objects.count() == 1
    assert User.objects.get(pk=kanda.pk).check_password(PASSWORD)


def test_an_address_that_the_provider_did_not_verify_opens_nothing(theirs, kanda):
    provider.CLAIMS.update(email_verified="false")
    browser = Client()
    answer = come_back(browser, theirs)
    assert answer.url == "/accounts/login/"
    assert "ยังไม่ได้เชื่อมกับผู้ใด" in said(browser, answer)
    assert is_in(browser) is None
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize("verified", [False, None, "false", "true", 0, 1, "yes"])
def test_only_a_plain_yes_of_the_provider_counts(kanda, verified):
    assert sso.person_of(ADDRESS, verified=verified) is None
    assert sso.person_of(ADDRESS.upper(), verified=True) == kanda


@pytest.mark.parametrize("change", [{"is_staff": True}, {"is_active": False}])
def test_it_opens_no_account_of_these(kanda, change):
    User.objects.filter(pk=kanda.pk).update(**change)
    assert sso.person_of(ADDRESS, verified=True) is None


def test_an_address_that_the_person_wrote_opens_nothing(theirs, office):
    """Else somebody takes the ministry's address of a colleague for their own."""
    thief = make_person(office, username="thief")
    members.update_person(thief, by=thief, email=ADDRESS)
    assert not EmailAddress.objects.get(user=thief).verified
    browser = Client()
    come_back(browser, theirs)
    assert is_in(browser) is None


def test_addresses_from_before_are_confirmed_as_the_history_says(boss, office, kanda):
    own = members.add_person(
        office, username="own", given_name="ก", email="a@example.org", password=PASSWORD, by=boss
    )
    members.update_person(own, by=own, email="mine@example.org")
    back = members.add_person(office, username="back", given_name="ข", password=PASSWORD, by=boss)
    members.update_person(back, by=back, email="b@example.org")
    members.update_person(back, by=boss, email="c@example.org")
    EmailAddress.objects.update(verified=True)  # as the version before kept them
    import_module("people.migrations.0004_own_addresses").unconfirm(apps, None)
    confirmed = EmailAddress.objects.filter(verified=True).values_list("user__username", flat=True)
    assert sorted(confirmed) == ["back", "kanda"]


def test_nobody_is_created(theirs):
    before = User.objects.count()
    browser = Client()
    come_back(browser, theirs)
    assert is_in(browser) is None
    assert User.objects.count() == before
    assert not SocialAccount.objects.exists()


def test_who_was_deactivated_stays_outside_though_linked(theirs, kanda, boss):
    come_back(Client(), theirs)
    members.deactivate_person(kanda, by=boss)
    browser = Client()
    assert come_back(browser, theirs).url == reverse("account_inactive")
    assert is_in(browser) is None


def test_the_second_step_is_asked_for(theirs, kanda):
    TOTP.activate(kanda, "JBSWY3DPEHPK3PXP")
    browser = Client()
    assert come_back(browser, theirs).url == reverse("mfa_authenticate")
    assert is_in(browser) is None


def test_linking_and_unlinking_in_the_profile(theirs, office):
    user = make_person(office, username="somchai", password=PASSWORD)
    browser = Client()
    browser.post("/accounts/login/", {"login": "somchai", "password": PASSWORD})
    browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert LINKS in browser.get("/profile/").content.decode()
    assert "เชื่อมบัญชี กระทรวง ของฉัน" in browser.get(LINKS).content.decode()
    provider.CLAIMS.update(email="other@ministry.example.org", email_verified=False)
    assert come_back(browser, theirs, f"{START}?process=connect").url == LINKS
    assert SocialAccount.objects.get().user == user
    page = browser.get(LINKS).content.decode()
    assert "other@ministry.example.org" in page
    assert user.email is None  # nothing of the other house becomes a detail here
    fresh = Client()
    come_back(fresh, theirs)
    assert is_in(fresh) == str(user.pk)
    browser.post(LINKS, {"account": SocialAccount.objects.get().pk})
    assert not SocialAccount.objects.exists()
    verbs = list(Event.objects.order_by("number").values_list("verb", flat=True))
    assert verbs == ["person.sso_link", "person.sso_unlink"]


@pytest.mark.parametrize("by_password", [False, True])
def test_an_open_screen_links_and_unlinks_nothing_without_the_password(theirs, kanda, by_password):
    browser = login(Client(), kanda)  # long ago: no password was asked for just now
    answer = come_back(browser, theirs, f"{START}?process=connect")
    assert answer.url.startswith(reverse("account_reauthenticate"))
    assert not SocialAccount.objects.exists()
    if by_password:
        browser.post(answer.url, {"password": PASSWORD})
    assert SocialAccount.objects.filter(user=kanda).exists() == by_password
    row = SocialAccount.objects.get_or_create(user=kanda, provider="office", uid="1")[0]
    other = login(Client(), kanda)
    answer = other.post(LINKS, {"account": row.pk})
    assert answer.url.startswith(reverse("account_reauthenticate"))
    assert SocialAccount.objects.filter(pk=row.pk).exists()


def test_an_account_that_opens_one_person_links_to_no_other(theirs, kanda, office):
    come_back(Client(), theirs)
    make_person(office, username="somchai", password=PASSWORD)
    browser = Client()
    browser.post("/accounts/login/", {"login": "somchai", "password": PASSWORD})
    browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    come_back(browser, theirs, f"{START}?process=connect")
    assert SocialAccount.objects.get().user == kanda


def test_nobody_unlinks_the_account_of_another(out_of_reach, kanda, office):
    SocialAccount.objects.create(user=kanda, provider="office", uid="1")
    browser = login(Client(), make_person(office))
    browser.post(LINKS, {"account": SocialAccount.objects.get().pk})
    assert SocialAccount.objects.count() == 1


@pytest.mark.parametrize(
    "query", ["", "?error=access_denied", "?code=abc", "?code=abc&state=x", "?state=%00"]
)
def test_a_return_that_nobody_asked_for_opens_nothing(out_of_reach, kanda, query):
    browser = Client()
    assert browser.get(f"{START}callback/{query}").status_code in (302, 400)
    assert is_in(browser) is None


def test_a_provider_out_of_reach_is_said(out_of_reach):
    browser = Client()
    answer = browser.post(START)
    assert answer.url == "/accounts/login/"
    assert "ไม่สำเร็จ" in said(browser, answer)
    assert "เข้าสู่ระบบด้วย กระทรวง" in browser.get("/accounts/login/").content.decode()


@pytest.mark.parametrize("path", [START, f"{START}callback/", LINKS, "/accounts/oidc/x/login/"])
def test_it_is_off_by_default(db, client, office, path):
    login(client, make_person(office))
    for method in (client.get, client.post):
        assert method(path).status_code == 404
    assert "oidc" not in Client().get("/accounts/login/").content.decode()
    assert LINKS not in client.get("/profile/").content.decode()
